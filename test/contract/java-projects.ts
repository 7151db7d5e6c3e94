import { readdirSync } from 'node:fs';
import { classesOf } from './java-classes.ts';
import { zipOf } from './zip-of.ts';

const greeting =
  'package tea; public class Greeting { public static String of(String name) { return "Hello, " + name + "!"; } }';

/** A library, as a jar. */
export async function greetingJar(): Promise<Buffer> {
  const classes = Object.values(classesOf({ 'Greeting.java': greeting }));
  return zipOf(Object.fromEntries(classes.map((content) => ['tea/Greeting.class', content])));
}

/** A function in need of that library and of a resource. */
export const orders = {
  'src/main/java/shop/Orders.java': `package shop;
public class Orders {
  public String handleRequest(java.util.Map<String, String> event) throws Exception {
    try (var mark = Orders.class.getResourceAsStream("/mark.txt")) {
      return tea.Greeting.of(event.get("name")) + new String(mark.readAllBytes());
    }
  }
}
`,
  'src/main/resources/mark.txt': '!!',
};

/** Maven's own repository layout, with that library as tea:greeting:1.0. */
export async function mavenRepository(): Promise<Record<string, string | Buffer>> {
  const stem = 'tea/greeting/1.0/greeting-1.0';
  const pom = '<project><modelVersion>4.0.0</modelVersion><groupId>tea</groupId><artifactId>greeting</artifactId><version>1.0</version></project>'; // prettier-ignore
  return { [`${stem}.jar`]: await greetingJar(), [`${stem}.pom`]: pom };
}

/**
 * A Maven project that takes its plugins from those of Debian, by the settings that a user without a network would have, and a library
 * from `repository`.
 */
export const mavenProject = (places: { repository: string; local: string }, plugins = ''): Record<string, string> => ({
  ...orders,
  'pom.xml': `<project>
  <modelVersion>4.0.0</modelVersion><groupId>shop</groupId><artifactId>orders</artifactId><version>1.0</version>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <repositories><repository><id>own</id><url>file://${places.repository}</url></repository></repositories>
  <dependencies>
    <dependency><groupId>tea</groupId><artifactId>greeting</artifactId><version>1.0</version></dependency>
  </dependencies>
  <build><plugins>${plugins}</plugins></build>
</project>`,
  'settings.xml': `<settings>
  <localRepository>${places.local}</localRepository>
  <mirrors><mirror><id>debian</id><mirrorOf>central</mirrorOf><url>file:///usr/share/maven-repo</url></mirror></mirrors>
</settings>`,
  '.mvn/maven.config': '-s\nsettings.xml\n',
});

/** The same project as a module, its library as another one beside it, which nothing has installed. */
export function mavenModules(places: { repository: string; local: string }): Record<string, string> {
  const { 'settings.xml': settings = '' } = mavenProject(places);
  const parent = '<parent><groupId>shop</groupId><artifactId>all</artifactId><version>1.0</version></parent>';
  const module = (name: string, more = ''): string => `<project><modelVersion>4.0.0</modelVersion>${parent}<artifactId>${name}</artifactId>${more}</project>`; // prettier-ignore
  return {
    'pom.xml': `<project>
  <modelVersion>4.0.0</modelVersion><groupId>shop</groupId><artifactId>all</artifactId><version>1.0</version><packaging>pom</packaging>
  <modules><module>greeting</module><module>orders</module></modules>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
</project>`,
    'settings.xml': settings,
    '.mvn/maven.config': '-s\nsettings.xml\n',
    'greeting/pom.xml': module('greeting'),
    'greeting/src/main/java/tea/Greeting.java': greeting,
    'orders/pom.xml': module('orders', '<dependencies><dependency><groupId>shop</groupId><artifactId>greeting</artifactId><version>1.0</version></dependency></dependencies>'),
    ...Object.fromEntries(Object.entries(orders).map(([name, text]) => [`orders/${name}`, text])),
  }; // prettier-ignore
}

/** Maven's own table of plugins does not have this one, so that its version has to be said: the one that Debian has. */
export function shadePlugin(): string {
  const [version] = readdirSync('/usr/share/maven-repo/org/apache/maven/plugins/maven-shade-plugin');
  return `<plugin><groupId>org.apache.maven.plugins</groupId><artifactId>maven-shade-plugin</artifactId><version>${version}</version><executions><execution><phase>package</phase><goals><goal>shade</goal></goals></execution></executions></plugin>`;
}

/** A Gradle project with that library in libs/. */
export const gradleProject = async (): Promise<Record<string, string | Buffer>> => ({
  ...orders,
  'build.gradle': `plugins { id 'java' }
sourceCompatibility = '11'
dependencies { implementation files('libs/greeting.jar') }
`,
  'libs/greeting.jar': await greetingJar(),
});

package locallambda;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where a function's classes are, as on AWS: the package's root, the jars in its lib, and those of layers. */
final class ClassPath {
    static ClassLoader loader() {
        List<URL> places = new ArrayList<>();
        File root = new File(System.getenv("LAMBDA_TASK_ROOT"));
        add(places, root);
        addJars(places, new File(root, "lib"));
        String layers = System.getenv("CLASSPATH");
        if (layers != null) {
            for (String entry : layers.split(File.pathSeparator)) {
                if (entry.endsWith("/*")) addJars(places, new File(entry.substring(0, entry.length() - 2)));
                else if (!entry.isEmpty()) add(places, new File(entry));
            }
        }
        return new URLClassLoader(places.toArray(new URL[0]), new Shared());
    }

    /** Of the bootstrap's own classes a function sees those alone that hooks around a snapshot register with. */
    private static final class Shared extends ClassLoader {
        Shared() {
            super(ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith(Snapshot.HOOKS)) return ClassPath.class.getClassLoader().loadClass(name);
            throw new ClassNotFoundException(name);
        }
    }

    /** By their names in order, so that the first of two is the same one everywhere. */
    private static void addJars(List<URL> places, File folder) {
        String[] names = folder.list();
        if (names == null) return;
        Arrays.sort(names);
        for (String name : names) {
            if (name.endsWith(".jar")) add(places, new File(folder, name));
        }
    }

    private static void add(List<URL> places, File place) {
        try {
            places.add(place.toURI().toURL());
        } catch (MalformedURLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

package hello;

import java.util.Map;

public class Hello {
    record Greeting(String message, String java, int invocation) {}

    private int invocations;

    static {
        System.out.println("This environment starts");
    }

    public Greeting handleRequest(Map<String, String> event) {
        String name = event.getOrDefault("name", "world");
        System.out.println("Greeting " + name);
        return new Greeting("Hello, " + name + "!", System.getProperty("java.version"), ++invocations);
    }
}

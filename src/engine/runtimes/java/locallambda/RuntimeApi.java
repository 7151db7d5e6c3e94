package locallambda;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** HTTP/1.1 over one connection: the JDK's own clients take a good part of a cold start to load. */
final class RuntimeApi {
    private static final String PREFIX = "/2018-06-01/runtime";

    private final String host;
    private final InputStream in;
    private final OutputStream out;

    static final class Response {
        final int status;
        /** Names in lower case. */
        final Map<String, String> headers;
        final byte[] body;

        Response(int status, Map<String, String> headers, byte[] body) {
            this.status = status;
            this.headers = headers;
            this.body = body;
        }
    }

    private RuntimeApi(String host, Socket socket) throws IOException {
        this.host = host;
        this.in = new BufferedInputStream(socket.getInputStream(), 65_536);
        this.out = socket.getOutputStream();
    }

    static RuntimeApi connect(String address) {
        int colon = address.lastIndexOf(':');
        try {
            Socket socket = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
            socket.setTcpNoDelay(true);
            return new RuntimeApi(address, socket);
        } catch (IOException error) {
            throw new IllegalStateException("The Runtime API at " + address + " cannot be reached", error);
        }
    }

    Response get(String path) throws IOException {
        return call("GET", path, new byte[0]);
    }

    Response post(String path, byte[] body) throws IOException {
        return call("POST", path, body);
    }

    private Response call(String method, String path, byte[] body) throws IOException {
        StringBuilder head = new StringBuilder(256);
        head.append(method).append(' ').append(PREFIX).append(path).append(" HTTP/1.1\r\nHost: ").append(host);
        if (!method.equals("GET")) {
            head.append("\r\nContent-Type: application/json\r\nContent-Length: ").append(body.length);
        }
        byte[] start = head.append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] request = new byte[start.length + body.length];
        System.arraycopy(start, 0, request, 0, start.length);
        System.arraycopy(body, 0, request, start.length, body.length);
        out.write(request);
        return read();
    }

    private Response read() throws IOException {
        String status = line();
        Map<String, String> headers = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
        }
        String length = headers.get("content-length");
        byte[] body = length == null ? chunks() : exactly(Integer.parseInt(length));
        return new Response(Integer.parseInt(status.substring(9, 12)), headers, body);
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            String size = line();
            int semicolon = size.indexOf(';');
            int bytes = Integer.parseInt(semicolon < 0 ? size.trim() : size.substring(0, semicolon).trim(), 16);
            all.write(exactly(bytes));
            line();
            if (bytes == 0) return all.toByteArray();
        }
    }

    private byte[] exactly(int bytes) throws IOException {
        byte[] read = in.readNBytes(bytes);
        if (read.length < bytes) throw new EOFException();
        return read;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) throw new EOFException();
            if (next != '\r') line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}

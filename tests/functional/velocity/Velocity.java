import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.VelocityEngine;
import org.apache.velocity.app.event.EventCartridge;
import org.apache.velocity.app.event.InvalidReferenceEventHandler;
import org.apache.velocity.context.Context;
import org.apache.velocity.exception.ParseErrorException;
import org.apache.velocity.exception.TemplateInitException;
import org.apache.velocity.runtime.RuntimeConstants;
import org.apache.velocity.util.introspection.Info;

/**
 * Renders templates with Apache Velocity, one after the other, until standard input ends.
 *
 * A question is a text, the template, and a value, the map of its variables. The answer is one byte and a text for each
 * profile: Velocity as it comes, and with API Gateway's rule that a reference without a value is the empty string.
 * The byte is T for the text rendered, P where the template cannot be parsed, M where rendering it fails.
 * A text is the number of its bytes in UTF-8 and the bytes; a value is a letter for its type and what it holds.
 */
public final class Velocity {
    private static final class Blank implements InvalidReferenceEventHandler {
        @Override
        public Object invalidGetMethod(Context context, String reference, Object object, String property, Info info) {
            return "";
        }

        @Override
        public boolean invalidSetMethod(Context context, String left, String right, Info info) {
            return false;
        }

        @Override
        public Object invalidMethod(Context context, String reference, Object object, String method, Info info) {
            return "";
        }
    }

    public static void main(String[] arguments) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out));
        while (true) {
            String template;
            try {
                template = readText(in);
            } catch (EOFException end) {
                return;
            }
            Object variables = readValue(in);
            answer(out, template, variables, false);
            answer(out, template, variables, true);
            out.flush();
        }
    }

    private static void answer(DataOutputStream out, String template, Object variables, boolean blank)
            throws IOException {
        char kind = 'T';
        String text;
        try {
            text = render(template, variables, blank);
        } catch (ParseErrorException | TemplateInitException fault) {
            kind = 'P';
            text = String.valueOf(fault.getMessage());
        } catch (RuntimeException | StackOverflowError fault) {
            kind = 'M';
            text = String.valueOf(fault);
        }
        out.writeByte(kind);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** A macro stays in the engine that has seen it, and a template may change its variables: both are made anew. */
    private static String render(String template, Object variables, boolean blank) {
        VelocityEngine engine = new VelocityEngine();
        engine.setProperty(
                RuntimeConstants.RUNTIME_LOG_LOGSYSTEM_CLASS, "org.apache.velocity.runtime.log.NullLogChute");
        engine.setProperty(RuntimeConstants.VM_LIBRARY, "");
        engine.init();
        VelocityContext context = new VelocityContext((Map<?, ?>) copy(variables));
        if (blank) {
            EventCartridge cartridge = new EventCartridge();
            cartridge.addEventHandler(new Blank());
            cartridge.attachToContext(context);
        }
        StringWriter text = new StringWriter();
        engine.evaluate(context, text, "template", template);
        return text.toString();
    }

    private static Object copy(Object value) {
        if (value instanceof List) {
            List<Object> list = new ArrayList<>();
            for (Object item : (List<?>) value) {
                list.add(copy(item));
            }
            return list;
        }
        if (value instanceof Map) {
            Map<Object, Object> map = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                map.put(entry.getKey(), copy(entry.getValue()));
            }
            return map;
        }
        return value;
    }

    private static String readText(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Object readValue(DataInputStream in) throws IOException {
        char type = (char) in.readByte();
        switch (type) {
            case 'N':
                return null;
            case 'B':
                return in.readBoolean();
            case 'I':
                return integer(readText(in));
            case 'D':
                return in.readDouble();
            case 'S':
                return readText(in);
            case 'L':
                List<Object> list = new ArrayList<>();
                for (int left = in.readInt(); left > 0; left--) {
                    list.add(readValue(in));
                }
                return list;
            case 'M':
                Map<Object, Object> map = new LinkedHashMap<>();
                for (int left = in.readInt(); left > 0; left--) {
                    String key = readText(in);
                    map.put(key, readValue(in));
                }
                return map;
            default:
                throw new IOException("no type has the letter " + type);
        }
    }

    /** Makes the smallest of Java's integers, as a reader of JSON does. */
    private static Object integer(String digits) {
        BigInteger number = new BigInteger(digits);
        if (number.bitLength() < Integer.SIZE) {
            return number.intValue();
        }
        if (number.bitLength() < Long.SIZE) {
            return number.longValue();
        }
        return number;
    }
}

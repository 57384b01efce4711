import java.io.ByteArrayInputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.xml.namespace.QName;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.soap.SOAPElement;
import javax.xml.soap.SOAPHeader;
import javax.xml.ws.BindingProvider;
import javax.xml.ws.handler.MessageContext;
import javax.xml.ws.handler.soap.SOAPHandler;
import javax.xml.ws.handler.soap.SOAPMessageContext;

/** What both clients made by wsimport need: the assertion in each message's header, and the card in TLS. */
public class Wire {
    static final String WSSE =
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
    static Path folder;

    /** One assertion for each message. */
    static class Vihf implements SOAPHandler<SOAPMessageContext> {
        final String name;
        static final java.util.Map<String, Integer> used = new java.util.HashMap<>();

        Vihf(String name) { this.name = name; }

        public boolean handleMessage(SOAPMessageContext context) {
            if (!(Boolean) context.get(MessageContext.MESSAGE_OUTBOUND_PROPERTY)) return true;
            try {
                int number = used.merge(name, 1, Integer::sum) - 1;
                var factory = DocumentBuilderFactory.newInstance();
                factory.setNamespaceAware(true);
                var assertion = factory.newDocumentBuilder()
                    .parse(folder.resolve(name + "-" + number + ".xml").toFile()).getDocumentElement();
                SOAPHeader header = context.getMessage().getSOAPHeader();
                if (header == null) header = context.getMessage().getSOAPPart().getEnvelope().addHeader();
                SOAPElement security = header.addChildElement(new QName(WSSE, "Security", "wsse"));
                security.appendChild(security.getOwnerDocument().importNode(assertion, true));
                return true;
            } catch (Exception e) { throw new RuntimeException(e); }
        }

        public boolean handleFault(SOAPMessageContext context) { return true; }
        public void close(MessageContext context) {}
        public Set<QName> getHeaders() { return Collections.singleton(new QName(WSSE, "Security")); }
    }

    static byte[] pem(Path path) throws Exception {
        String text = Files.readString(path).replaceAll("-----[^-]+-----", "").replaceAll("\\s", "");
        return Base64.getDecoder().decode(text);
    }

    static SSLSocketFactory tls(String name) throws Exception {
        var factory = CertificateFactory.getInstance("X.509");
        var paths = Files.readAllLines(folder.resolve(name + ".paths"));
        var ca = Path.of(Files.readAllLines(folder.resolve("ca.paths")).get(0));
        var own = factory.generateCertificate(new ByteArrayInputStream(pem(Path.of(paths.get(0)))));
        var key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pem(Path.of(paths.get(1)))));
        KeyStore keys = KeyStore.getInstance("PKCS12"), roots = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("own", key, new char[0], new Certificate[] {own});
        roots.load(null, null);
        roots.setCertificateEntry("ca", factory.generateCertificate(new ByteArrayInputStream(pem(ca))));
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, new char[0]);
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(roots);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
        return context.getSocketFactory();
    }

    static <P> P as(P port, String name) throws Exception {
        var provider = (BindingProvider) port;
        provider.getRequestContext().put("com.sun.xml.ws.transport.https.client.SSLSocketFactory", tls(name));
        provider.getBinding().setHandlerChain(List.of(new Vihf(name)));
        return port;
    }

    static URL wsdl(String name) throws Exception { return folder.resolve(name + ".wsdl").toUri().toURL(); }
}

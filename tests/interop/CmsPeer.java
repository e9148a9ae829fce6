// Bouncy Castle for tests/interop/cms_peers. One command a line on standard input, one answer a line:
//   verify FILE OUT | decrypt NAME FILE OUT | sign NAME ALGORITHM FILE OUT | encrypt NAME SCHEME CIPHER FILE OUT
// NAME: a certificate and key of the test PKI, whose folder is the argument.
import java.io.*;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.security.spec.*;
import java.util.*;
import javax.crypto.interfaces.DHPublicKey;
import javax.crypto.spec.*;
import org.bouncycastle.asn1.*;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.*;
import org.bouncycastle.cert.jcajce.*;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.*;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.*;
import org.bouncycastle.operator.jcajce.*;

public class CmsPeer {
  static Path pki;

  static X509Certificate certificate(String name) throws Exception {
    try (InputStream in = Files.newInputStream(pki.resolve(name + ".der"))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509", "BC").generateCertificate(in);
    }
  }

  static PrivateKey key(String name) throws Exception {
    try (PEMParser in = new PEMParser(Files.newBufferedReader(pki.resolve(name + ".key")))) {
      return new JcaPEMKeyConverter().setProvider("BC").getPrivateKey((PrivateKeyInfo) in.readObject());
    }
  }

  static byte[] verify(byte[] object) throws Exception {
    CMSSignedData data = new CMSSignedData(object);
    if (data.getSignerInfos().size() == 0) throw new Exception("no signers");
    for (SignerInformation signer : data.getSignerInfos()) {
      Collection<?> found = data.getCertificates().getMatches(signer.getSID());
      if (found.isEmpty()) throw new Exception("no certificate");
      X509CertificateHolder holder = (X509CertificateHolder) found.iterator().next();
      if (!signer.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(holder)))
        throw new Exception("bad signature");
    }
    return (byte[]) data.getSignedContent().getContent();
  }

  static RecipientInformation ours(RecipientInformationStore all, String name) throws Exception {
    X509CertificateHolder holder = new JcaX509CertificateHolder(certificate(name));
    for (RecipientInformation one : all)
      if (one.getRID().match(holder)) return one;
    throw new Exception("no recipient");
  }

  static byte[] decrypt(String name, byte[] object) throws Exception {
    String type = org.bouncycastle.asn1.cms.ContentInfo.getInstance(object).getContentType().getId();
    if (type.equals("1.2.840.113549.1.9.16.1.23")) {
      RecipientInformation one = ours(new CMSAuthEnvelopedData(object).getRecipientInfos(), name);
      return one.getContent(new JceKeyTransAuthEnvelopedRecipient(key(name)).setProvider("BC"));
    }
    RecipientInformation one = ours(new CMSEnvelopedData(object).getRecipientInfos(), name);
    if (one instanceof KeyTransRecipientInformation)
      return one.getContent(new JceKeyTransEnvelopedRecipient(key(name)).setProvider("BC"));
    return one.getContent(new JceKeyAgreeEnvelopedRecipient(key(name)).setProvider("BC"));
  }

  static byte[] sign(String name, String algorithm, byte[] content) throws Exception {
    X509Certificate signer = certificate(name);
    CMSSignedDataGenerator out = new CMSSignedDataGenerator();
    out.addSignerInfoGenerator(new JcaSignerInfoGeneratorBuilder(
        new JcaDigestCalculatorProviderBuilder().setProvider("BC").build())
        .build(new JcaContentSignerBuilder(algorithm).setProvider("BC").build(key(name)), signer));
    out.addCertificate(new JcaX509CertificateHolder(signer));
    return out.generate(new CMSProcessableByteArray(content), true).getEncoded();
  }

  // scheme: rsa, oaep, ecdh-KDF, esdh
  static RecipientInfoGenerator recipient(String name, String scheme, ASN1ObjectIdentifier wrap) throws Exception {
    X509Certificate to = certificate(name);
    if (scheme.equals("rsa")) return new JceKeyTransRecipientInfoGenerator(to).setProvider("BC");
    if (scheme.startsWith("oaep")) {
      String mask = scheme.equals("oaep-sha1mask") ? "SHA-1" : "SHA-256";
      OAEPParameterSpec parameters =
          new OAEPParameterSpec("SHA-256", "MGF1", new MGF1ParameterSpec(mask), PSource.PSpecified.DEFAULT);
      AlgorithmIdentifier oaep = new JcaAlgorithmParametersConverter().getAlgorithmIdentifier(
          PKCSObjectIdentifiers.id_RSAES_OAEP, parameters);
      return new JceKeyTransRecipientInfoGenerator(to, oaep).setProvider("BC");
    }
    boolean ec = scheme.startsWith("ecdh");
    KeyPairGenerator fresh = KeyPairGenerator.getInstance(ec ? "EC" : "DH", "BC");
    if (ec) fresh.initialize(((java.security.interfaces.ECPublicKey) to.getPublicKey()).getParams());
    else fresh.initialize(((DHPublicKey) to.getPublicKey()).getParams());
    KeyPair pair = fresh.generateKeyPair();
    ASN1ObjectIdentifier agreement = PKCSObjectIdentifiers.id_alg_ESDH;
    if (scheme.equals("ecdh-sha1")) agreement = CMSAlgorithm.ECDH_SHA1KDF;
    if (scheme.equals("ecdh-sha256")) agreement = CMSAlgorithm.ECDH_SHA256KDF;
    if (scheme.equals("ecdh-sha384")) agreement = CMSAlgorithm.ECDH_SHA384KDF;
    if (scheme.equals("ecdh-sha512")) agreement = CMSAlgorithm.ECDH_SHA512KDF;
    return new JceKeyAgreeRecipientInfoGenerator(agreement, pair.getPrivate(), pair.getPublic(), wrap)
        .addRecipient(to).setProvider("BC");
  }

  static byte[] encrypt(String name, String scheme, String cipher, byte[] content) throws Exception {
    boolean strong = cipher.startsWith("aes-256");
    RecipientInfoGenerator to = recipient(name, scheme, strong ? CMSAlgorithm.AES256_WRAP : CMSAlgorithm.AES128_WRAP);
    CMSProcessableByteArray octets = new CMSProcessableByteArray(content);
    if (cipher.contains("gcm")) {
      CMSAuthEnvelopedDataGenerator out = new CMSAuthEnvelopedDataGenerator();
      out.addRecipientInfoGenerator(to);
      if (cipher.endsWith("-attributes"))
        out.setAuthenticatedAttributeGenerator(new SimpleAttributeTableGenerator(new AttributeTable(new Attribute(
            CMSAttributes.contentType, new DERSet(CMSObjectIdentifiers.data)))));
      OutputEncryptor sealer = new JceCMSContentEncryptorBuilder(
          strong ? CMSAlgorithm.AES256_GCM : CMSAlgorithm.AES128_GCM).setProvider("BC").build();
      return out.generate(octets, (OutputAEADEncryptor) sealer).getEncoded();
    }
    CMSEnvelopedDataGenerator out = new CMSEnvelopedDataGenerator();
    out.addRecipientInfoGenerator(to);
    return out.generate(octets, new JceCMSContentEncryptorBuilder(
        strong ? CMSAlgorithm.AES256_CBC : CMSAlgorithm.AES128_CBC).setProvider("BC").build()).getEncoded();
  }

  static byte[] run(String[] w) throws Exception {
    byte[] in = Files.readAllBytes(Paths.get(w[w.length - 2]));
    switch (w[0]) {
      case "verify": return verify(in);
      case "decrypt": return decrypt(w[1], in);
      case "sign": return sign(w[1], w[2], in);
      default: return encrypt(w[1], w[2], w[3], in);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    pki = Paths.get(arguments[0]);
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
    for (String line; (line = commands.readLine()) != null;) {
      String[] words = line.split(" ");
      try {
        Files.write(Paths.get(words[words.length - 1]), run(words));
        System.out.println("ok");
      } catch (Throwable e) {
        System.out.println("FAILED " + e.toString().replaceAll("\\s+", " ") + (e.getCause() == null ? "" : " / " + e.getCause()));
      }
      System.out.flush();
    }
  }
}

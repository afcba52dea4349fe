import java.io.File;
import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSProcessableFile;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * BouncyCastle's word on detached CMS signatures: one line for each, "valid NAME OID" or why not.
 * Words: the root (PEM), then for each signature its CMS and what it signs.
 */
public class BouncyJudge {
    public static void main(String[] words) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        X509Certificate root;
        try (FileInputStream in = new FileInputStream(words[0])) {
            root = (X509Certificate) CertificateFactory.getInstance("X.509", "BC")
                .generateCertificate(in);
        }
        for (int at = 1; at + 1 < words.length; at += 2) {
            try {
                System.out.println(judged(root, Path.of(words[at]), new File(words[at + 1])));
            } catch (Exception error) {
                System.out.println("invalid " + error);
            }
        }
    }

    private static String judged(X509Certificate root, Path cms, File content) throws Exception {
        var signed = new CMSSignedData(new CMSProcessableFile(content), Files.readAllBytes(cms));
        if (signed.getSignerInfos().size() != 1) {
            return "invalid: not one signer";
        }
        SignerInformation signer = signed.getSignerInfos().iterator().next();
        List<X509Certificate> inside = new ArrayList<>();
        var converter = new JcaX509CertificateConverter().setProvider("BC");
        for (X509CertificateHolder holder : signed.getCertificates().getMatches(null)) {
            inside.add(converter.getCertificate(holder));
        }
        @SuppressWarnings("unchecked")
        var own = (X509CertificateHolder) signed.getCertificates()
            .getMatches(signer.getSID()).iterator().next();
        X509Certificate certificate = converter.getCertificate(own);
        var verifier = new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC");
        if (!signer.verify(verifier.build(certificate))) {
            return "invalid: the signature";
        }
        X509CertSelector wanted = new X509CertSelector();
        wanted.setCertificate(certificate);
        var path = new PKIXBuilderParameters(Set.of(new TrustAnchor(root, null)), wanted);
        path.addCertStore(CertStore.getInstance(
            "Collection", new CollectionCertStoreParameters(inside), "BC"));
        path.setRevocationEnabled(false);  // what is revoked is judged by others
        path.setDate(new Date());
        CertPathBuilder.getInstance("PKIX", "BC").build(path);
        String name = certificate.getSubjectX500Principal().getName();
        return "valid " + signer.getEncryptionAlgOID() + " " + name;
    }
}

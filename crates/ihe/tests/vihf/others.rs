//! Assertions signed by software nobody here wrote: xmlsec1 and signxml.

use std::path::PathBuf;
use std::process::Command;

use super::*;
use common::{folder, tool};

const SIGNXML: &str = r##"
import sys
from lxml import etree
from signxml import XMLSigner, methods
folder = sys.argv[1]
root = etree.parse(folder + "/unsigned.xml").getroot()
key, certificate = open(folder + "/key.pem", "rb").read(), open(folder + "/certificate.pem", "rb").read()
signer = XMLSigner(method=methods.enveloped, signature_algorithm=sys.argv[2], digest_algorithm="sha256",
                   c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#")
signed = signer.sign(root, key=key, cert=certificate.decode(), reference_uri="#" + root.get("ID"), id_attribute="ID")
open(folder + "/signed.xml", "wb").write(etree.tostring(signed))
"##;

fn scene(method: SignatureMethod, name: &str) -> (Scene, PathBuf) {
    let mut scene = Scene::new();
    scene.key = scene.root.key(PERSON, method);
    let folder = folder(name);
    std::fs::write(folder.join("root.pem"), &scene.root.pem).unwrap();
    std::fs::write(folder.join("key.pem"), &scene.key.key_pem).unwrap();
    std::fs::write(folder.join("certificate.pem"), &scene.key.certificate_pem).unwrap();
    std::fs::write(folder.join("unsigned.xml"), unsigned(&scene.signed())).unwrap();
    (scene, folder)
}

fn assertion(folder: &std::path::Path) -> String {
    let written = std::fs::read_to_string(folder.join("signed.xml")).unwrap();
    written.split_once("?>").map_or(written.clone(), |(_, rest)| rest.to_owned())
}

#[test]
fn signxml_signs_and_we_accept() {
    let target = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let python = target.join("python/bin/python");
    let has = Command::new(&python).args(["-c", "import signxml"]).output();
    if !has.is_ok_and(|it| it.status.success()) {
        eprintln!("skipped: signxml is not installed (cargo xtask tools)");
        return;
    }
    for (method, name) in [
        (SignatureMethod::RsaSha256, "rsa-sha256"),
        (SignatureMethod::EcdsaSha256, "ecdsa-sha256"),
        (SignatureMethod::EcdsaSha384, "ecdsa-sha384"),
    ] {
        let (scene, folder) = scene(method, &format!("signxml-{name}"));
        let ran = Command::new(&python).args(["-c", SIGNXML]).arg(&folder).arg(name).output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        let signed = assertion(&folder);
        let vihf = scene.read(&signed).unwrap_or_else(|why| panic!("{name}: {why}\n{signed}"));
        assert_eq!(vihf.person.to_string(), PERSON);
    }
}

#[test]
fn xmlsec1_signs_and_we_accept_and_the_reverse() {
    let Some(xmlsec1) = tool("xmlsec1") else { return };
    let (scene, folder) = scene(SignatureMethod::RsaSha256, "xmlsec1");
    let ids = ["--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion"];
    // a template in its own style: default namespace, lists of prefixes, lines
    let list = "<InclusiveNamespaces xmlns=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"xs xsi saml2\"/>";
    let c14n = "http://www.w3.org/2001/10/xml-exc-c14n#";
    let template = format!(
        "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\">\n <SignedInfo>\n\
         <CanonicalizationMethod Algorithm=\"{c14n}\">{list}</CanonicalizationMethod>\n\
         <SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"/>\n\
         <Reference URI=\"#_0b6f7c1e\"><Transforms>\
         <Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>\
         <Transform Algorithm=\"{c14n}\">{list}</Transform></Transforms>\
         <DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha512\"/><DigestValue/></Reference>\
         </SignedInfo>\n<SignatureValue/>\n<KeyInfo><X509Data><X509Certificate/></X509Data></KeyInfo></Signature>"
    );
    let unsigned = unsigned(&scene.signed());
    let with = unsigned.replace("</saml2:Issuer>", &format!("</saml2:Issuer>{template}"));
    std::fs::write(folder.join("unsigned.xml"), with).unwrap();
    let ran = Command::new(&xmlsec1)
        .args(["--sign", "--privkey-pem", "key.pem,certificate.pem"])
        .args(ids)
        .args(["--output", "signed.xml", "unsigned.xml"])
        .current_dir(&folder)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let signed = assertion(&folder);
    let read = scene.read(signed.trim());
    assert!(read.is_ok(), "{:?}\n{signed}", read.err());

    std::fs::write(folder.join("ours.xml"), message(&scene.signed())).unwrap();
    let ran = Command::new(&xmlsec1)
        .args(["--verify", "--trusted-pem", "root.pem"])
        .args(ids)
        .arg("ours.xml")
        .current_dir(&folder)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

//! The one shape a signature of a lot has: SignedInfo with two references, a value, a certificate, the manifest and
//! the signed properties, each once.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::UniqueId;
use xml::Node;

use super::{Canonicalisation, Digest, Method, SignatureError, SignedDocument};

const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// XAdES 1.1.1, as the DMP asks for, and its successors.
const XADES: [&str; 3] = [
    "http://uri.etsi.org/01903/v1.1.1#",
    "http://uri.etsi.org/01903/v1.2.2#",
    "http://uri.etsi.org/01903/v1.3.2#",
];
/// The "digest" that stands with the submission set, which has no bytes.
const NO_DIGEST: &str = "AA==";
const DOCUMENTS_MAX: usize = 1_000;

type Found<T> = Result<T, SignatureError>;

pub(super) struct Shape<'a> {
    pub set: UniqueId,
    pub documents: Vec<SignedDocument>,
    pub certificate: Vec<u8>,
    pub certificate_digest: Digest,
    pub signing_time: Option<String>,
    pub method: Method,
    pub canonicalisation: Canonicalisation,
    pub value: Vec<u8>,
    pub signed_info: Node<'a>,
    /// The manifest and the signed properties, each with the digest that was signed.
    pub references: [(Node<'a>, Digest); 2],
}

fn one<'a>(parent: &Node<'a>, namespace: &str, local: &'static str) -> Found<Node<'a>> {
    let mut found = parent.children_named(namespace, local);
    match (found.next(), found.next()) {
        (Some(node), None) => Ok(node),
        _ => Err(SignatureError::Grammar(local)),
    }
}

fn bytes(node: &Node<'_>) -> Found<Vec<u8>> {
    let text: String = node.text().chars().filter(|it| !it.is_ascii_whitespace()).collect();
    STANDARD.decode(text).map_err(|_| SignatureError::Grammar("base64 is expected"))
}

pub(super) fn read<'a>(root: &Node<'a>) -> Found<Shape<'a>> {
    if !root.is(DS, "Signature") {
        return Err(SignatureError::Grammar("Signature"));
    }
    let (manifest, properties) = objects(root)?;
    let signed_info = one(root, DS, "SignedInfo")?;
    let said: Vec<_> = signed_info.children_named(DS, "Reference").collect();
    if said.len() != 2 {
        return Err(SignatureError::Grammar("two references are signed: manifest and properties"));
    }
    let referred = |node: Node<'a>| {
        let uri = node.attribute("Id").filter(|it| !it.is_empty()).map(|id| format!("#{id}"));
        let uri = uri.ok_or(SignatureError::Grammar("Id"))?;
        let reference = said.iter().find(|it| it.attribute("URI") == Some(&uri));
        let reference = reference.ok_or(SignatureError::Grammar("a reference to what is signed"))?;
        // only what is referred to as it is
        if reference.child(DS, "Transforms").is_some() {
            return Err(SignatureError::Algorithm);
        }
        Ok((node, digest(reference)?))
    };
    let references = [referred(manifest)?, referred(properties)?];
    ids_differ(root)?;
    let (set, documents) = self::manifest(&manifest)?;
    let data = one(&one(root, DS, "KeyInfo")?, DS, "X509Data")?;
    let certificate = bytes(&one(&data, DS, "X509Certificate")?)?;
    let (certificate_digest, signing_time) = signed_properties(&properties)?;
    Ok(Shape {
        set,
        documents,
        certificate,
        certificate_digest,
        signing_time,
        method: method(&one(&signed_info, DS, "SignatureMethod")?)?,
        canonicalisation: canonicalisation(&one(&signed_info, DS, "CanonicalizationMethod")?)?,
        value: bytes(&one(root, DS, "SignatureValue")?)?,
        signed_info,
        references,
    })
}

/// The manifest and the signed properties, among the objects.
fn objects<'a>(root: &Node<'a>) -> Found<(Node<'a>, Node<'a>)> {
    let (mut manifest, mut properties) = (None, None);
    for child in root.children_named(DS, "Object").flat_map(|it| it.children()) {
        let (namespace, local) = child.name();
        let twice = match local {
            "Manifest" if namespace == DS => manifest.replace(child).is_some(),
            "QualifyingProperties" if XADES.contains(&namespace) => {
                properties.replace(one(&child, namespace, "SignedProperties")?).is_some()
            }
            "SignatureProperties" if namespace == DS => false,
            _ => true,
        };
        if twice {
            return Err(SignatureError::Grammar("Object"));
        }
    }
    manifest.zip(properties).ok_or(SignatureError::Grammar("a manifest and signed properties"))
}

/// No two elements share an id: what is referred to is one thing.
fn ids_differ(root: &Node<'_>) -> Found<()> {
    let mut seen = std::collections::HashSet::new();
    let ids = root.descendants().filter_map(|it| it.attribute("Id"));
    match root.attribute("Id").into_iter().chain(ids).all(|id| seen.insert(id)) {
        true => Ok(()),
        false => Err(SignatureError::Grammar("two elements with one Id")),
    }
}

fn manifest(node: &Node<'_>) -> Found<(UniqueId, Vec<SignedDocument>)> {
    let (mut set, mut documents) = (None, Vec::new());
    for reference in node.children() {
        if !reference.is(DS, "Reference") || documents.len() == DOCUMENTS_MAX {
            return Err(SignatureError::Grammar("Manifest"));
        }
        let uri = reference.attribute("URI").unwrap_or_default();
        let unique_id = UniqueId::try_from(uri.to_owned())
            .map_err(|_| SignatureError::Grammar("a reference of the manifest is urn:oid: or urn:uuid:"))?;
        let value = one(&reference, DS, "DigestValue")?;
        if value.text().trim() == NO_DIGEST {
            if set.replace(unique_id).is_some() {
                return Err(SignatureError::Grammar("one submission set"));
            }
            continue;
        }
        let canonical = match reference.child(DS, "Transforms") {
            None => false,
            Some(transforms) => {
                canonicalisation(&one(&transforms, DS, "Transform")?)?;
                if transforms.children().count() != 1 {
                    return Err(SignatureError::Algorithm);
                }
                true
            }
        };
        if documents.iter().any(|it: &SignedDocument| it.unique_id == unique_id) {
            return Err(SignatureError::Grammar("a document is named twice"));
        }
        documents.push(SignedDocument { unique_id, digest: digest(&reference)?, canonical });
    }
    set.map(|set| (set, documents)).ok_or(SignatureError::OtherSet)
}

fn digest(node: &Node<'_>) -> Found<Digest> {
    digest_in(node, DS)
}

fn digest_in(node: &Node<'_>, namespace: &str) -> Found<Digest> {
    let value = bytes(&one(node, namespace, "DigestValue")?)?;
    let size = |_| SignatureError::Grammar("a digest of another length");
    match one(node, namespace, "DigestMethod")?.attribute("Algorithm") {
        Some("http://www.w3.org/2000/09/xmldsig#sha1") => value.try_into().map(Digest::Sha1).map_err(size),
        Some("http://www.w3.org/2001/04/xmlenc#sha256") => value.try_into().map(Digest::Sha256).map_err(size),
        _ => Err(SignatureError::Algorithm),
    }
}

/// The digest of the signer's certificate, and the time.
fn signed_properties(node: &Node<'_>) -> Found<(Digest, Option<String>)> {
    let (xades, _) = node.name();
    let of = one(node, xades, "SignedSignatureProperties")?;
    let certificate = one(&one(&of, xades, "SigningCertificate")?, xades, "Cert")?;
    let said = one(&certificate, xades, "CertDigest")?;
    // published signatures write the two in the namespace of XAdES, its schema in that of XML Signature
    let written_in = if said.child(DS, "DigestValue").is_some() { DS } else { xades };
    let digest = digest_in(&said, written_in)?;
    Ok((digest, of.child(xades, "SigningTime").map(|it| it.text().trim().to_owned())))
}

fn method(node: &Node<'_>) -> Found<Method> {
    match node.attribute("Algorithm") {
        Some("http://www.w3.org/2000/09/xmldsig#rsa-sha1") => Ok(Method::RsaSha1),
        Some("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256") => Ok(Method::RsaSha256),
        Some("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256") => Ok(Method::EcdsaSha256),
        _ => Err(SignatureError::Algorithm),
    }
}

fn canonicalisation(node: &Node<'_>) -> Found<Canonicalisation> {
    let name = node.attribute("Algorithm").unwrap_or_default();
    let (name, comments) = match name.strip_suffix("WithComments") {
        Some(name) => (name.trim_end_matches('#'), true),
        None => (name.trim_end_matches('#'), false),
    };
    // a list of prefixes would change the form: not in this grammar
    if node.children().next().is_some() {
        return Err(SignatureError::Algorithm);
    }
    match name {
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315" => Ok(Canonicalisation::Inclusive { comments }),
        "http://www.w3.org/2001/10/xml-exc-c14n" => Ok(Canonicalisation::Exclusive { comments }),
        _ => Err(SignatureError::Algorithm),
    }
}

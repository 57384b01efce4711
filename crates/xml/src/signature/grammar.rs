//! The one form of a signature that is accepted. Everything here is decided before any cryptography.
//!
//! ```text
//! <Element ID="x"> … <Signature>
//!   <SignedInfo>
//!     <CanonicalizationMethod Algorithm="exc-c14n"> [<InclusiveNamespaces PrefixList="…"/>] </…>
//!     <SignatureMethod Algorithm="…"/>
//!     <Reference URI="#x">
//!       <Transforms>
//!         <Transform Algorithm="enveloped-signature"/>
//!         <Transform Algorithm="exc-c14n"> [<InclusiveNamespaces PrefixList="…"/>] </Transform>
//!       </Transforms>
//!       <DigestMethod Algorithm="…"/> <DigestValue>…</DigestValue>
//!     </Reference>
//!   </SignedInfo>
//!   <SignatureValue>…</SignatureValue>
//!   <KeyInfo><X509Data><X509Certificate>…</X509Certificate></X509Data></KeyInfo>
//! </Signature> … </Element>
//! ```
//! `Id` may stand on the elements of the signature; no other attribute, no text, nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::method::{DigestMethod, SignatureMethod};
use super::{DSIG, ENVELOPED, EXCLUSIVE_C14N, SignatureError};
use crate::XML_NAMESPACE;
use crate::canonical::can_be;
use crate::document::Node;
use crate::names::{is_ncname, is_space};

/// Characters of one base64 value, white space included.
const VALUE: usize = 32 * 1024;
/// Prefixes of one list.
const PREFIXES: usize = 32;

/// What the signature says, of the one form.
pub(super) struct Found<'a> {
    pub signature: Node<'a>,
    pub info: Node<'a>,
    pub id: String,
    pub info_prefixes: Vec<String>,
    pub prefixes: Vec<String>,
    pub method: SignatureMethod,
    pub digest_method: DigestMethod,
    pub digest: Vec<u8>,
    pub value: Vec<u8>,
    pub certificate: Vec<u8>,
}

type Read<T> = Result<T, SignatureError>;

pub(super) fn read<'a>(element: Node<'a>, id_name: &str) -> Read<Found<'a>> {
    let signature = the_signature(element)?;
    if element.has_remarks() {
        return Err(SignatureError::Remark);
    }
    if !can_be(element.document()) {
        return Err(SignatureError::Grammar);
    }
    let id = the_id(element, id_name)?;

    only_attributes(signature, &["Id"])?;
    let [info, value, key_info] =
        exactly(signature, [(DSIG, "SignedInfo"), (DSIG, "SignatureValue"), (DSIG, "KeyInfo")])?;

    only_attributes(info, &["Id"])?;
    let [canonicalisation, method, reference] =
        exactly(info, [(DSIG, "CanonicalizationMethod"), (DSIG, "SignatureMethod"), (DSIG, "Reference")])?;
    let info_prefixes = exclusive(canonicalisation)?;
    let [] = exactly(method, [])?;
    let method = SignatureMethod::from_uri(algorithm(method)?).ok_or(SignatureError::Algorithm)?;

    only_attributes(reference, &["Id", "URI"])?;
    if reference.attribute("URI") != Some(format!("#{id}").as_str()) {
        return Err(SignatureError::Reference);
    }
    let [transforms, digest_method, digest] =
        exactly(reference, [(DSIG, "Transforms"), (DSIG, "DigestMethod"), (DSIG, "DigestValue")])?;
    only_attributes(transforms, &[])?;
    let [enveloped, exclusively] = exactly(transforms, [(DSIG, "Transform"), (DSIG, "Transform")])?;
    let [] = exactly(enveloped, [])?;
    if algorithm(enveloped)? != ENVELOPED {
        return Err(SignatureError::Grammar);
    }
    let prefixes = exclusive(exclusively)?;
    let [] = exactly(digest_method, [])?;
    let digest_method = DigestMethod::from_uri(algorithm(digest_method)?).ok_or(SignatureError::Algorithm)?;
    only_attributes(digest, &[])?;
    let digest = base64(digest)?;

    only_attributes(value, &["Id"])?;
    let value = base64(value)?;
    only_attributes(key_info, &["Id"])?;
    let [x509] = exactly(key_info, [(DSIG, "X509Data")])?;
    only_attributes(x509, &[])?;
    let [certificate] = exactly(x509, [(DSIG, "X509Certificate")])?;
    only_attributes(certificate, &[])?;
    let certificate = base64(certificate)?;
    Ok(Found {
        signature,
        info,
        id,
        info_prefixes,
        prefixes,
        method,
        digest_method,
        digest,
        value,
        certificate,
    })
}

/// The one signature of the whole document, which stands directly inside the element: a second one anywhere would
/// let two readers check two.
fn the_signature(element: Node<'_>) -> Read<Node<'_>> {
    let root = element.document().root();
    let everywhere = std::iter::once(root).chain(root.descendants());
    let mut all = everywhere.filter(|node| node.is(DSIG, "Signature"));
    let signature = all.next().ok_or(SignatureError::Missing)?;
    if all.next().is_some() || signature.parent() != Some(element) {
        return Err(SignatureError::Grammar);
    }
    Ok(signature)
}

/// The id of the element, which nothing else in the document bears under any name an id may have; and inside the
/// element no two ids are the same.
fn the_id(element: Node<'_>, name: &str) -> Read<String> {
    let id = element.attribute(name).filter(|id| is_id(id)).ok_or(SignatureError::Reference)?;
    let root = element.document().root();
    let everywhere = std::iter::once(root).chain(root.descendants()).flat_map(ids);
    if everywhere.filter(|other| *other == id).count() != 1 {
        return Err(SignatureError::Reference);
    }
    let mut inside: Vec<&str> = element.descendants().flat_map(ids).collect();
    inside.sort_unstable();
    if inside.windows(2).any(|pair| matches!(pair, [one, other] if one == other)) {
        return Err(SignatureError::Reference);
    }
    Ok(id.to_owned())
}

/// What an id may be: a name, and since the field writes bare UUIDs, also one that begins with a digit. Nothing
/// that means something in a URI.
fn is_id(id: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    (1..=128).contains(&id.len()) && id.bytes().all(fits)
}

/// The values by which some software would find this element.
fn ids<'a>(node: Node<'a>) -> impl Iterator<Item = &'a str> {
    node.attributes()
        .filter(|attribute| {
            attribute.local.eq_ignore_ascii_case("id")
                || attribute.local.eq_ignore_ascii_case("AssertionID")
                || (attribute.namespace == XML_NAMESPACE && attribute.local == "id")
        })
        .map(|attribute| attribute.value)
}

/// The children, which are exactly these elements in this order, with nothing but white space between.
fn exactly<'a, const N: usize>(node: Node<'a>, names: [(&str, &str); N]) -> Read<[Node<'a>; N]> {
    if node.has_own_text() {
        return Err(SignatureError::Grammar);
    }
    let children: Vec<Node<'a>> = node.children().take(N + 1).collect();
    let children: [Node<'a>; N] = children.try_into().map_err(|_| SignatureError::Grammar)?;
    let fit = children.iter().zip(names).all(|(child, (namespace, local))| child.is(namespace, local));
    if fit { Ok(children) } else { Err(SignatureError::Grammar) }
}

fn only_attributes(node: Node<'_>, names: &[&str]) -> Read<()> {
    let fit = node.attributes().all(|it| it.namespace.is_empty() && names.contains(&it.local));
    if fit { Ok(()) } else { Err(SignatureError::Grammar) }
}

fn algorithm(node: Node<'_>) -> Read<&str> {
    only_attributes(node, &["Algorithm"])?;
    node.attribute("Algorithm").ok_or(SignatureError::Grammar)
}

/// Exclusive canonicalisation, and the prefixes it is to treat as inclusive canonicalisation does.
fn exclusive(node: Node<'_>) -> Read<Vec<String>> {
    if algorithm(node)? != EXCLUSIVE_C14N {
        return Err(SignatureError::Grammar);
    }
    if node.children().next().is_none() {
        let [] = exactly(node, [])?;
        return Ok(Vec::new());
    }
    let [inclusive] = exactly(node, [(EXCLUSIVE_C14N, "InclusiveNamespaces")])?;
    let [] = exactly(inclusive, [])?;
    only_attributes(inclusive, &["PrefixList"])?;
    let list = inclusive.attribute("PrefixList").ok_or(SignatureError::Grammar)?;
    let prefixes: Vec<String> = list.split_ascii_whitespace().map(str::to_owned).collect();
    let fit = prefixes.len() <= PREFIXES && prefixes.iter().all(|it| it == "#default" || is_ncname(it));
    if fit { Ok(prefixes) } else { Err(SignatureError::Grammar) }
}

/// Base64 in one run of text, white space allowed, padding required.
fn base64(node: Node<'_>) -> Read<Vec<u8>> {
    if node.children().next().is_some() {
        return Err(SignatureError::Grammar);
    }
    let text = node.text();
    if text.len() > VALUE {
        return Err(SignatureError::Grammar);
    }
    let dense: Vec<u8> = text.bytes().filter(|byte| !is_space(*byte)).collect();
    if dense.is_empty() {
        return Err(SignatureError::Grammar);
    }
    STANDARD.decode(dense).map_err(|_| SignatureError::Grammar)
}

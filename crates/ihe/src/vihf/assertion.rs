//! The fixed grammar of the assertion, read from what was signed and from nothing else.

use model::PsIdNat;
use xml::signature::{SignatureError, Trust, verify};
use xml::{Document, Node};

use super::claims::{Authentication, Mode, Vihf};
use super::conditions::{self, Expected};
use super::error::{AttributeFault, VihfError};
use super::{SAML, X509_SUBJECT, attributes, codes, name};
use crate::soap::{UTILITY, limits};

/// The longest text of one value.
const LONGEST: usize = 1024;
/// The longest declaration: an identity provider's token.
const LONGEST_DECLARATION: usize = 16 << 10;

/// Reads the assertion of a `wsse:Security` block: grammar, signature, conditions, attributes, issuer; every
/// doubt refuses. Looks at the whole message around for a second assertion (B11).
pub fn read(security: Node<'_>, expected: &Expected<'_>, trust: &dyn Trust) -> Result<Vihf, VihfError> {
    one_assertion(security)?;
    if security.has_remarks() {
        return Err(SignatureError::Remark.into());
    }
    let children: Vec<Node<'_>> = security.children().take(3).collect();
    let timestamp = |node: &Node<'_>| node.is(UTILITY, "Timestamp");
    let assertion = match children.as_slice() {
        [one] => *one,
        [one, other] if timestamp(other) => *one,
        [other, one] if timestamp(other) => *one,
        _ => return Err(VihfError::Header),
    };
    if security.has_own_text() {
        return Err(VihfError::Header);
    }
    signed(assertion, expected, trust)
}

/// Reads an assertion that comes without a message around it: the contextual opening of the portal (TD0.9).
pub fn read_alone(
    document: &Document,
    expected: &Expected<'_>,
    trust: &dyn Trust,
) -> Result<Vihf, VihfError> {
    one_assertion(document.root())?;
    signed(document.root(), expected, trust)
}

/// Exactly one element of that name in the whole document, whatever its namespace.
fn one_assertion(node: Node<'_>) -> Result<(), VihfError> {
    let root = node.document().root();
    let everywhere = std::iter::once(root).chain(root.descendants());
    match everywhere.filter(|node| node.name().1 == "Assertion").take(2).count() {
        0 => Err(VihfError::Missing),
        1 => Ok(()),
        _ => Err(VihfError::Several),
    }
}

fn signed(assertion: Node<'_>, expected: &Expected<'_>, trust: &dyn Trust) -> Result<Vihf, VihfError> {
    if !assertion.is(SAML, "Assertion") {
        return Err(VihfError::Header);
    }
    let signed = verify(assertion, "ID", &limits(), trust)?;
    // From here on, only what was signed.
    let root = signed.document().root();
    if !root.is(SAML, "Assertion") {
        return Err(VihfError::Grammar("Assertion"));
    }
    only_attributes(root, &["ID", "IssueInstant", "Version"])?;
    if root.attribute("Version") != Some("2.0") || root.has_own_text() {
        return Err(VihfError::Grammar("Assertion"));
    }
    let children: Vec<Node<'_>> = root.children().take(6).collect();
    let [issuer, subject, conditions, one, other] =
        children.try_into().map_err(|_| VihfError::Grammar("Assertion"))?;
    let statements = [one.name().1, other.name().1];
    let (authentication, statement) = match statements {
        ["AuthnStatement", "AttributeStatement"] => (one, other),
        ["AttributeStatement", "AuthnStatement"] => (other, one),
        _ => return Err(VihfError::Grammar("Assertion")),
    };
    for (node, local) in [
        (issuer, "Issuer"),
        (subject, "Subject"),
        (conditions, "Conditions"),
        (authentication, "AuthnStatement"),
        (statement, "AttributeStatement"),
    ] {
        if !node.is(SAML, local) {
            return Err(VihfError::Grammar(local));
        }
    }

    only_attributes(issuer, &["Format"])?;
    if issuer.attribute("Format") != Some(X509_SUBJECT) {
        return Err(VihfError::Grammar("Issuer"));
    }
    if !name::is_of(&text(issuer, "Issuer")?, signed.certificate()) {
        return Err(VihfError::Issuer);
    }
    let (issued, forget_after) = conditions::check(root, conditions, expected)?;
    let person = person(subject, expected)?;
    let authentication = authenticated(authentication, expected)?;
    let read = attributes::read(statement)?;
    if read.mode == Mode::IndirectReinforced && authentication.declaration.is_none() {
        return Err(VihfError::Grammar("AuthnContextDecl"));
    }
    Ok(Vihf {
        id: signed.id().to_owned(),
        issued,
        version: read.version,
        mode: read.mode,
        person,
        person_name: read.person_name,
        organisation: read.organisation,
        sector: read.sector,
        role: read.role,
        patient: read.patient,
        purpose: read.purpose,
        hidden_from_representatives: read.hidden_from_representatives,
        software: read.software,
        authentication,
        certificate: signed.certificate().clone(),
        forget_after,
    })
}

fn person(subject: Node<'_>, expected: &Expected<'_>) -> Result<PsIdNat, VihfError> {
    const WRONG: VihfError = VihfError::Grammar("Subject");
    only_attributes(subject, &[])?;
    let mut children = subject.children();
    let id = children.next().filter(|node| node.is(SAML, "NameID") && !subject.has_own_text());
    let id = id.ok_or(WRONG)?;
    only_attributes(id, &["Format"])?;
    for confirmation in children {
        if !confirmation.is(SAML, "SubjectConfirmation") {
            return Err(WRONG);
        }
        conditions::confirmation(confirmation, expected)?;
    }
    text(id, "NameID")?.parse().map_err(|_| VihfError::Attribute("NameID", AttributeFault::Value))
}

fn authenticated(statement: Node<'_>, expected: &Expected<'_>) -> Result<Authentication, VihfError> {
    const WRONG: VihfError = VihfError::Grammar("AuthnContext");
    only_attributes(statement, &["AuthnInstant", "SessionIndex", "SessionNotOnOrAfter"])?;
    let at = conditions::required(statement, "AuthnInstant")?;
    if at > expected.now.plus(expected.skew) {
        return Err(VihfError::TooEarly);
    }
    let [context] = children(statement)?;
    if !context.is(SAML, "AuthnContext") || context.has_own_text() {
        return Err(WRONG);
    }
    only_attributes(context, &[])?;
    let inside: Vec<Node<'_>> = context.children().take(3).collect();
    let (class, declaration) = match inside.as_slice() {
        [class] => (*class, None),
        [class, declaration] if declaration.is(SAML, "AuthnContextDecl") => (*class, Some(*declaration)),
        _ => return Err(WRONG),
    };
    if !class.is(SAML, "AuthnContextClassRef") {
        return Err(WRONG);
    }
    only_attributes(class, &[])?;
    let class = text(class, "AuthnContextClassRef")?;
    let class = codes::class(&class)
        .ok_or(VihfError::Attribute("AuthnContextClassRef", AttributeFault::Value))?
        .to_owned();
    // a word of a list, or a token
    let declared = |node| text_of(node, "AuthnContextDecl", LONGEST_DECLARATION);
    let declaration = declaration.map(declared).transpose()?;
    Ok(Authentication { at, class, declaration })
}

/// Exactly so many children, and no text beside them.
fn children<'a, const N: usize>(node: Node<'a>) -> Result<[Node<'a>; N], VihfError> {
    let children: Vec<Node<'a>> = node.children().take(N + 1).collect();
    if node.has_own_text() {
        return Err(VihfError::Grammar("text between elements"));
    }
    children.try_into().map_err(|_| VihfError::Grammar("elements too many or too few"))
}

pub(super) fn only_attributes(node: Node<'_>, names: &[&str]) -> Result<(), VihfError> {
    let fit = node.attributes().all(|it| it.namespace.is_empty() && names.contains(&it.local));
    if fit { Ok(()) } else { Err(VihfError::Grammar("an attribute of an element")) }
}

/// An element with neither attributes nor anything inside.
pub(super) fn empty(node: Node<'_>) -> Result<(), VihfError> {
    only_attributes(node, &[])?;
    empty_inside(node)
}

pub(super) fn empty_inside(node: Node<'_>) -> Result<(), VihfError> {
    let [] = children(node)?;
    Ok(())
}

/// The text of an element that holds nothing else, white space around it removed.
pub(super) fn text(node: Node<'_>, what: &'static str) -> Result<String, VihfError> {
    text_of(node, what, LONGEST)
}

fn text_of(node: Node<'_>, what: &'static str, longest: usize) -> Result<String, VihfError> {
    let text = node.text();
    let text = text.trim();
    let fits = node.children().next().is_none()
        && !text.is_empty()
        && text.len() <= longest
        && !text.chars().any(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err(VihfError::Grammar(what)) }
}

//! From the bytes of an envelope to one typed call, or to the fault that says why not (abuse cases C01 to C09).

use xml::{Document, Limits, Node, Reason};

use super::addressing::{self, Addressing};
use super::fault::{Fault, FaultCode, Subcode};
use super::transport::Transport;
use super::{ADDRESSING, ENVELOPE, Operation, SECURITY};

/// The longest envelope and what may be in it. Documents are not: they travel beside it.
pub fn limits() -> Limits {
    Limits { bytes: 4 * 1024 * 1024, depth: 64, nodes: 200_000, attributes: 64, ..Limits::default() }
}

/// A call: an envelope whose action, content type and body say the same, and that asks for nothing unknown.
#[derive(Debug)]
pub struct Request {
    document: Document,
    pub addressing: Addressing,
    pub operation: &'static Operation,
}

/// Why a message is not a call, and its id where it had one: the fault that answers relates to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub fault: Fault,
    pub message_id: Option<String>,
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self { fault, message_id: None }
    }
}

/// The header blocks that are understood, whether they must be or not.
const UNDERSTOOD: &[(&str, &str)] = &[
    (ADDRESSING, "Action"),
    (ADDRESSING, "MessageID"),
    (ADDRESSING, "To"),
    (ADDRESSING, "From"),
    (ADDRESSING, "ReplyTo"),
    (ADDRESSING, "FaultTo"),
    (ADDRESSING, "RelatesTo"),
    (SECURITY, "Security"),
];

/// Unknown blocks named in an answer.
const NAMED: usize = 8;
const NEXT: &str = "http://www.w3.org/2003/05/soap-envelope/role/next";
const ULTIMATE: &str = "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver";

/// Reads an envelope that asks for one of `operations`.
pub fn decode(
    bytes: &[u8],
    transport: &Transport,
    operations: &[&'static Operation],
) -> Result<Request, Refused> {
    let document = match &transport.charset {
        Some(charset) => Document::parse_with_charset(bytes, charset, &limits()),
        None => Document::parse(bytes, &limits()),
    }
    .map_err(|error| Fault::sender(unreadable(error.reason)))?;
    let header = match parts(&document) {
        Ok((header, _)) => header,
        Err(fault) => return Err(fault.into()),
    };
    let message_id = addressing::message_id(header);
    match check(&document, transport, operations) {
        Ok((addressing, operation)) => Ok(Request { document, addressing, operation }),
        Err(fault) => Err(Refused { fault, message_id }),
    }
}

impl Request {
    /// The one element of the Body.
    pub fn body(&self) -> Node<'_> {
        let root = self.document.root();
        root.child(ENVELOPE, "Body").and_then(|body| body.children().next()).unwrap_or(root)
    }

    /// The whole envelope.
    pub fn envelope(&self) -> Node<'_> {
        self.document.root()
    }

    /// The one `wsse:Security` block.
    pub fn security(&self) -> Result<Node<'_>, Fault> {
        let header = self.document.root().child(ENVELOPE, "Header");
        let mut found = header.iter().flat_map(|it| it.children_named(SECURITY, "Security"));
        match (found.next(), found.next()) {
            (Some(security), None) => Ok(security),
            (None, _) => Err(Fault::security(Subcode::InvalidSecurity, "there is no security header")),
            (Some(_), Some(_)) => {
                Err(Fault::security(Subcode::InvalidSecurity, "there are several security headers"))
            }
        }
    }
}

fn unreadable(reason: Reason) -> &'static str {
    match reason {
        Reason::Doctype => "a doctype is not accepted",
        Reason::TooLong
        | Reason::TooDeep
        | Reason::TooManyNodes
        | Reason::TooManyAttributes
        | Reason::TooManyNamespaces
        | Reason::NameTooLong => "the message is larger than accepted",
        Reason::EncodingDisagreement => "transport and message disagree on the encoding",
        Reason::UnknownEncoding | Reason::InvalidBytes | Reason::InvalidCharacter => {
            "the message is not valid in its encoding"
        }
        Reason::SecondRoot | Reason::TextOutsideRoot => "something stands beside the envelope",
        _ => "the message is not well-formed",
    }
}

/// Header and Body of an envelope that has both, once each and in that order, and nothing else.
fn parts(document: &Document) -> Result<(Node<'_>, Node<'_>), Fault> {
    let root = document.root();
    match root.name() {
        (ENVELOPE, "Envelope") => {}
        (_, "Envelope") => {
            return Err(Fault::new(FaultCode::VersionMismatch, "only soap 1.2 is spoken here"));
        }
        _ => return Err(Fault::sender("the message is not a soap envelope")),
    }
    let children: Vec<Node<'_>> = root.children().take(3).collect();
    match children.as_slice() {
        [header, body]
            if header.is(ENVELOPE, "Header") && body.is(ENVELOPE, "Body") && !root.has_own_text() =>
        {
            Ok((*header, *body))
        }
        _ => Err(Fault::sender("an envelope has one header, then one body, and nothing else")),
    }
}

fn check(
    document: &Document,
    transport: &Transport,
    operations: &[&'static Operation],
) -> Result<(Addressing, &'static Operation), Fault> {
    let (header, body) = parts(document)?;
    alone(document)?;
    if header.has_remarks() {
        return Err(Fault::sender("comments are not accepted in the header"));
    }
    understood(header)?;
    let addressing = addressing::read(header)?;
    if transport.actions.iter().any(|action| *action != addressing.action) {
        return Err(mismatch("the transport names another action than the message"));
    }
    let operation = operations.iter().find(|it| it.action == addressing.action).ok_or_else(|| {
        Fault::sender("this service does not know the action").narrowed(&[Subcode::ActionNotSupported])
    })?;
    let mut asked = body.children();
    match (asked.next(), asked.next()) {
        (Some(asked), None) if !body.has_own_text() => {
            if asked.name() != operation.body {
                return Err(mismatch("the body asks for something else than the action"));
            }
        }
        _ => return Err(Fault::sender("a body holds exactly one element")),
    }
    Ok((addressing, operation))
}

fn mismatch(reason: &'static str) -> Fault {
    Fault::sender(reason)
        .narrowed(&[Subcode::InvalidAddressingHeader, Subcode::ActionMismatch])
        .about("wsa:Action")
}

/// Nothing before or after the envelope but an XML declaration and white space, and no instruction in it
/// (SOAP 1.2 part 1, section 5).
fn alone(document: &Document) -> Result<(), Fault> {
    let range = document.root().range();
    let after = document.source().get(range.end..).unwrap_or_default();
    let before = document.source().get(..range.start).unwrap_or_default();
    let before = match before.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>").map_or(rest, |(_, rest)| rest),
        None => before,
    };
    if document.instructions().next().is_some() {
        return Err(Fault::sender("processing instructions are not accepted"));
    }
    if !before.trim().is_empty() || !after.trim().is_empty() {
        return Err(Fault::sender("something stands beside the envelope"));
    }
    Ok(())
}

/// C09: a block that is for us and must be understood is one we know.
fn understood(header: Node<'_>) -> Result<(), Fault> {
    if header.has_own_text() {
        return Err(Fault::sender("a header holds blocks, not text"));
    }
    let mut unknown = Vec::new();
    for block in header.children() {
        let must = match block.attribute_in(ENVELOPE, "mustUnderstand").map(str::trim) {
            None | Some("0" | "false") => false,
            Some("1" | "true") => true,
            Some(_) => return Err(Fault::sender("mustUnderstand is neither true nor false")),
        };
        let role = block.attribute_in(ENVELOPE, "role").map_or("", str::trim);
        let ours = role.is_empty() || role == NEXT || role == ULTIMATE;
        let (namespace, name) = block.name();
        if UNDERSTOOD.contains(&(namespace, name)) {
            // One that we act on cannot be meant for somebody else.
            if !ours {
                return Err(Fault::sender("a header block is addressed to another role"));
            }
        } else if must && ours && unknown.len() < NAMED {
            unknown.push((namespace.to_owned(), name.to_owned()));
        }
    }
    if unknown.is_empty() {
        return Ok(());
    }
    let mut fault = Fault::new(FaultCode::MustUnderstand, "a header block is not understood");
    fault.not_understood = unknown;
    Err(fault)
}

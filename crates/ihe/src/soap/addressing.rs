//! The headers of WS-Addressing in a request: what is asked, under which id, and that the answer comes back here.

use xml::Node;

use super::fault::{Fault, Subcode};
use super::{ADDRESSING, ANONYMOUS};

/// What the addressing headers say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressing {
    pub action: String,
    pub message_id: String,
    /// Where the sender believes to be sending. Nothing is decided by it.
    pub to: Option<String>,
}

/// The longest URI.
const LONGEST: usize = 1024;

/// The id of the message, if it can be had: an answer to the worst request still says what it answers.
pub(super) fn message_id(header: Node<'_>) -> Option<String> {
    let mut found = header.children_named(ADDRESSING, "MessageID");
    let first = found.next()?;
    if found.next().is_some() {
        return None;
    }
    uri(first)
}

pub(super) fn read(header: Node<'_>) -> Result<Addressing, Fault> {
    for (name, qualified) in [("ReplyTo", "wsa:ReplyTo"), ("FaultTo", "wsa:FaultTo")] {
        if let Some(endpoint) = at_most_one(header, name, qualified)? {
            anonymous(endpoint, qualified)?;
        }
    }
    at_most_one(header, "From", "wsa:From")?;
    let required = |name, qualified: &'static str| {
        let block = at_most_one(header, name, qualified)?.ok_or_else(|| {
            Fault::sender("a required addressing header is missing")
                .narrowed(&[Subcode::MessageAddressingHeaderRequired])
                .about(qualified)
        })?;
        uri(block).ok_or_else(|| invalid(Subcode::InvalidAddress, qualified))
    };
    let to = match at_most_one(header, "To", "wsa:To")? {
        Some(block) => Some(uri(block).ok_or_else(|| invalid(Subcode::InvalidAddress, "wsa:To"))?),
        None => None,
    };
    Ok(Addressing {
        action: required("Action", "wsa:Action")?,
        message_id: required("MessageID", "wsa:MessageID")?,
        to,
    })
}

fn at_most_one<'a>(
    header: Node<'a>,
    name: &'static str,
    qualified: &'static str,
) -> Result<Option<Node<'a>>, Fault> {
    let mut found = header.children_named(ADDRESSING, name);
    let first = found.next();
    match found.next() {
        None => Ok(first),
        Some(_) => Err(invalid(Subcode::InvalidCardinality, qualified)),
    }
}

/// C08: nothing is ever sent to an address that a message names.
fn anonymous(endpoint: Node<'_>, qualified: &'static str) -> Result<(), Fault> {
    let mut addresses = endpoint.children_named(ADDRESSING, "Address");
    let address = addresses.next().and_then(uri);
    if addresses.next().is_none() && address.as_deref() == Some(ANONYMOUS) {
        return Ok(());
    }
    Err(invalid(Subcode::OnlyAnonymousAddressSupported, qualified))
}

fn invalid(subcode: Subcode, qualified: &'static str) -> Fault {
    Fault::sender("an addressing header is not valid")
        .narrowed(&[Subcode::InvalidAddressingHeader, subcode])
        .about(qualified)
}

/// Text that can be a URI: white space around it does not count, none inside, no element.
fn uri(node: Node<'_>) -> Option<String> {
    let text = node.text();
    let text = text.trim();
    let fits = !text.is_empty()
        && text.len() <= LONGEST
        && node.children().next().is_none()
        && !text.chars().any(|it| it.is_whitespace() || it.is_control());
    fits.then(|| text.to_owned())
}

//! SOAP 1.2 with WS-Addressing 1.0: the envelope of every call, decoded strictly, and of every answer.
//!
//! Read in this order: `transport` (what HTTP said of the message), `request` (envelope to a typed call),
//! `addressing` (who, what, in reply to what), `fault` (what is wrong, in SOAP's words), `reply` (encoding).
//! Header and body are small: documents travel beside them as MTOM parts.

mod addressing;
mod fault;
mod reply;
mod request;
mod transport;

pub use addressing::Addressing;
pub use fault::{Fault, FaultCode, Subcode};
pub use reply::{Reply, envelope, message_id};
pub use request::{Refused, Request, decode, limits};
pub use transport::{Transport, TransportError};

/// SOAP 1.2.
pub const ENVELOPE: &str = "http://www.w3.org/2003/05/soap-envelope";
/// SOAP 1.1, which is answered with a version mismatch.
pub const ENVELOPE_1_1: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// WS-Addressing 1.0.
pub const ADDRESSING: &str = "http://www.w3.org/2005/08/addressing";
/// The only place answers go to: back on the connection.
pub const ANONYMOUS: &str = "http://www.w3.org/2005/08/addressing/anonymous";
/// WS-Security.
pub const SECURITY: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
/// WS-Security utilities.
pub const UTILITY: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";

/// One thing a service answers to. A door hands the list of its own to [`decode`]: what is not on it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// `wsa:Action` of the request.
    pub action: &'static str,
    /// `wsa:Action` of the answer.
    pub reply: &'static str,
    /// Namespace and local name of the one element in the request's Body.
    pub body: (&'static str, &'static str),
}

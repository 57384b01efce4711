//! What is wrong, as SOAP 1.2 says it: a code, subcodes that narrow it, a fixed sentence. Never content.

use xml::Writer;

use super::{SECURITY, UTILITY};

/// The first code of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultCode {
    VersionMismatch,
    MustUnderstand,
    Sender,
    Receiver,
}

/// What narrows it: of WS-Addressing, and of WS-Security.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subcode {
    InvalidAddressingHeader,
    InvalidAddress,
    InvalidCardinality,
    ActionMismatch,
    OnlyAnonymousAddressSupported,
    MessageAddressingHeaderRequired,
    ActionNotSupported,
    EndpointUnavailable,
    UnsupportedSecurityToken,
    UnsupportedAlgorithm,
    InvalidSecurity,
    InvalidSecurityToken,
    FailedAuthentication,
    FailedCheck,
    SecurityTokenUnavailable,
    MessageExpired,
}

impl Subcode {
    /// Prefix and name as written in an answer of ours.
    const fn qualified(self) -> &'static str {
        match self {
            Self::InvalidAddressingHeader => "wsa:InvalidAddressingHeader",
            Self::InvalidAddress => "wsa:InvalidAddress",
            Self::InvalidCardinality => "wsa:InvalidCardinality",
            Self::ActionMismatch => "wsa:ActionMismatch",
            Self::OnlyAnonymousAddressSupported => "wsa:OnlyAnonymousAddressSupported",
            Self::MessageAddressingHeaderRequired => "wsa:MessageAddressingHeaderRequired",
            Self::ActionNotSupported => "wsa:ActionNotSupported",
            Self::EndpointUnavailable => "wsa:EndpointUnavailable",
            Self::UnsupportedSecurityToken => "wsse:UnsupportedSecurityToken",
            Self::UnsupportedAlgorithm => "wsse:UnsupportedAlgorithm",
            Self::InvalidSecurity => "wsse:InvalidSecurity",
            Self::InvalidSecurityToken => "wsse:InvalidSecurityToken",
            Self::FailedAuthentication => "wsse:FailedAuthentication",
            Self::FailedCheck => "wsse:FailedCheck",
            Self::SecurityTokenUnavailable => "wsse:SecurityTokenUnavailable",
            Self::MessageExpired => "wsu:MessageExpired",
        }
    }

    const fn is_of_addressing(self) -> bool {
        matches!(
            self,
            Self::InvalidAddressingHeader
                | Self::InvalidAddress
                | Self::InvalidCardinality
                | Self::ActionMismatch
                | Self::OnlyAnonymousAddressSupported
                | Self::MessageAddressingHeaderRequired
                | Self::ActionNotSupported
                | Self::EndpointUnavailable
        )
    }
}

/// A fault, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Fault {
    pub code: FaultCode,
    /// From the general to the particular.
    pub subcodes: Vec<Subcode>,
    pub reason: &'static str,
    /// Header blocks that had to be understood and were not: namespace and name.
    pub not_understood: Vec<(String, String)>,
    /// The header of WS-Addressing that is wrong, as `wsa:…`.
    pub problem_header: Option<&'static str>,
}

impl Fault {
    pub fn new(code: FaultCode, reason: &'static str) -> Self {
        Self { code, subcodes: Vec::new(), reason, not_understood: Vec::new(), problem_header: None }
    }

    /// The message is at fault.
    pub fn sender(reason: &'static str) -> Self {
        Self::new(FaultCode::Sender, reason)
    }

    /// We are; the same message may pass later.
    pub fn receiver(reason: &'static str) -> Self {
        Self::new(FaultCode::Receiver, reason)
    }

    /// The security header is at fault. Reasons are kept general: who forges learns nothing.
    pub fn security(subcode: Subcode, reason: &'static str) -> Self {
        Self::sender(reason).narrowed(&[subcode])
    }

    #[must_use]
    pub fn narrowed(mut self, subcodes: &[Subcode]) -> Self {
        self.subcodes.extend_from_slice(subcodes);
        self
    }

    #[must_use]
    pub(super) fn about(mut self, header: &'static str) -> Self {
        self.problem_header = Some(header);
        self
    }

    /// The HTTP status SOAP 1.2 part 2 (7.5.2.2) gives it.
    pub const fn http_status(&self) -> u16 {
        match self.code {
            FaultCode::Sender => 400,
            _ => 500,
        }
    }

    /// `wsa:Action` of the answer that carries it.
    pub fn action(&self) -> &'static str {
        if self.subcodes.iter().any(|it| it.is_of_addressing()) {
            "http://www.w3.org/2005/08/addressing/fault"
        } else {
            "http://www.w3.org/2005/08/addressing/soap/fault"
        }
    }

    /// Header blocks SOAP wants beside some faults.
    pub(super) fn write_headers(&self, writer: &mut Writer) {
        if self.code == FaultCode::VersionMismatch {
            writer.start("env:Upgrade").start("env:SupportedEnvelope");
            writer.attribute("qname", "env:Envelope").end().end();
        }
        for (namespace, name) in &self.not_understood {
            writer.start("env:NotUnderstood").attribute("xmlns:h", namespace);
            writer.attribute("qname", &format!("h:{name}")).end();
        }
    }

    pub(super) fn write_body(&self, writer: &mut Writer) {
        let code = match self.code {
            FaultCode::VersionMismatch => "env:VersionMismatch",
            FaultCode::MustUnderstand => "env:MustUnderstand",
            FaultCode::Sender => "env:Sender",
            FaultCode::Receiver => "env:Receiver",
        };
        writer.start("env:Fault").start("env:Code").element("env:Value", code);
        for subcode in &self.subcodes {
            writer.start("env:Subcode");
            if !subcode.is_of_addressing() {
                writer.attribute("xmlns:wsse", SECURITY).attribute("xmlns:wsu", UTILITY);
            }
            writer.element("env:Value", subcode.qualified());
        }
        for _ in &self.subcodes {
            writer.end();
        }
        writer.end();
        writer
            .start("env:Reason")
            .start("env:Text")
            .attribute("xml:lang", "en")
            .text(self.reason)
            .end()
            .end();
        if let Some(header) = self.problem_header {
            writer.start("env:Detail").element("wsa:ProblemHeaderQName", header).end();
        }
        writer.end();
    }
}

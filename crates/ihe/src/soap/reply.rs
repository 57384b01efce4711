//! Encoding: the envelope of an answer, of a fault, and of a call of our own.

use model::Dice;
use xml::{WriteError, Writer};

use super::fault::Fault;
use super::request::Request;
use super::{ADDRESSING, ANONYMOUS, ENVELOPE};

/// An answer's headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub action: String,
    /// The id of the message that is answered; none when it had none that could be read.
    pub relates_to: Option<String>,
    pub message_id: String,
}

/// A fresh `urn:uuid:` (RFC 9562, version 4).
pub fn message_id(dice: &dyn Dice) -> String {
    let mut bytes = [0_u8; 16];
    dice.fill(&mut bytes);
    let number = u128::from_be_bytes(bytes);
    let number = number & !(0xF << 76) | (0x4 << 76);
    let number = number & !(0x3 << 62) | (0x2 << 62);
    let hex = format!("{number:032x}");
    let group = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("urn:uuid:{}-{}-{}-{}-{}", group(0, 8), group(8, 12), group(12, 16), group(16, 20), group(20, 32))
}

impl Reply {
    /// The answer to a call.
    pub fn to(request: &Request, dice: &dyn Dice) -> Self {
        Self {
            action: request.operation.reply.to_owned(),
            relates_to: Some(request.addressing.message_id.clone()),
            message_id: message_id(dice),
        }
    }

    /// The whole envelope, `body` writing the one element of the Body.
    pub fn write(&self, body: impl FnOnce(&mut Writer)) -> Result<String, WriteError> {
        let mut writer = Writer::with_declaration();
        open(&mut writer);
        self.write_header(&mut writer);
        writer.end().start("env:Body");
        body(&mut writer);
        writer.end().end();
        writer.finish()
    }

    fn write_header(&self, writer: &mut Writer) {
        writer.start("env:Header");
        writer.start("wsa:Action").attribute("env:mustUnderstand", "true").text(&self.action).end();
        writer.element("wsa:MessageID", &self.message_id);
        writer.element("wsa:To", ANONYMOUS);
        if let Some(relates_to) = &self.relates_to {
            writer.element("wsa:RelatesTo", relates_to);
        }
    }
}

impl Fault {
    /// The whole envelope of a fault that answers the message of that id.
    pub fn write(&self, relates_to: Option<&str>, dice: &dyn Dice) -> Result<String, WriteError> {
        let reply = Reply {
            action: self.action().to_owned(),
            relates_to: relates_to.map(str::to_owned),
            message_id: message_id(dice),
        };
        let mut writer = Writer::with_declaration();
        open(&mut writer);
        reply.write_header(&mut writer);
        self.write_headers(&mut writer);
        writer.end().start("env:Body");
        self.write_body(&mut writer);
        writer.end().end();
        writer.finish()
    }
}

/// The envelope of a call: for clients of our own and for tests. `headers` writes further blocks, `body` the one
/// element of the Body.
pub fn envelope(
    action: &str,
    to: &str,
    message_id: &str,
    headers: impl FnOnce(&mut Writer),
    body: impl FnOnce(&mut Writer),
) -> Result<String, WriteError> {
    let mut writer = Writer::with_declaration();
    open(&mut writer);
    writer.start("env:Header");
    writer.start("wsa:Action").attribute("env:mustUnderstand", "true").text(action).end();
    writer.element("wsa:MessageID", message_id);
    writer.start("wsa:ReplyTo").element("wsa:Address", ANONYMOUS).end();
    writer.start("wsa:To").attribute("env:mustUnderstand", "true").text(to).end();
    headers(&mut writer);
    writer.end().start("env:Body");
    body(&mut writer);
    writer.end().end();
    writer.finish()
}

fn open(writer: &mut Writer) {
    writer.start("env:Envelope").attribute("xmlns:env", ENVELOPE).attribute("xmlns:wsa", ADDRESSING);
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Same(u8);

    impl Dice for Same {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn a_message_id_is_a_uuid_of_version_4() {
        assert_eq!(message_id(&Same(0)), "urn:uuid:00000000-0000-4000-8000-000000000000");
        assert_eq!(message_id(&Same(255)), "urn:uuid:ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}

//! What every message begins with: who sends what to whom; and how an answer begins.

use model::Instant;
use xml::{Node, Writer};

use super::error::{Hl7Error, Read};
use super::read::{self, all, child, need, need_attribute};
use super::{DMP_DEVICE, HL7, INTERACTIONS, REASONS, Word, time};

pub use super::read::Ii;

/// Whether a message is real or a rehearsal. Nothing is decided by it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Processing {
    Production,
    Debugging,
    Training,
}

impl Processing {
    const ALL: [(&'static str, Self); 3] =
        [("P", Self::Production), ("D", Self::Debugging), ("T", Self::Training)];

    const fn code(self) -> &'static str {
        match self {
            Self::Production => "P",
            Self::Debugging => "D",
            Self::Training => "T",
        }
    }
}

/// The head of a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrapper {
    pub id: Ii,
    pub created: Instant,
    pub processing: Processing,
    /// The software that sends: its id, and its name where it gives one.
    pub sender: Ii,
    pub sender_name: Option<String>,
}

/// What may stand before `controlActProcess`; only some of it is read.
const HEAD: &[&str] = &[
    "realmCode",
    "typeId",
    "templateId",
    "id",
    "creationTime",
    "securityText",
    "versionCode",
    "interactionId",
    "profileId",
    "processingCode",
    "processingModeCode",
    "acceptAckCode",
    "sequenceNumber",
    "attachmentText",
    "receiver",
    "respondTo",
    "sender",
    "attentionLine",
    "controlActProcess",
];

/// Reads the head of that interaction, and answers its control act.
pub fn read<'a>(message: Node<'a>, interaction: &str) -> Read<(Wrapper, Node<'a>)> {
    if !message.is(HL7, interaction) {
        return Err(Hl7Error::structure(message.path(), format!("a {interaction} is expected")));
    }
    if message.attribute("ITSVersion").is_some_and(|it| it != "XML_1.0") {
        return Err(Hl7Error::value(format!("{}/@ITSVersion", message.path()), "XML_1.0 is expected"));
    }
    read::only(message, HEAD)?;
    let said = need(message, "interactionId")?;
    let said_id = read::ii(said)?;
    if said_id.root != INTERACTIONS || said_id.extension.as_deref() != Some(interaction) {
        return Err(Hl7Error::value(said.path(), "this names another interaction than the message is"));
    }
    let created = need(message, "creationTime")?;
    let created_at = time::instant(need_attribute(created, "value")?).ok_or_else(|| {
        Hl7Error::value(format!("{}/@value", created.path()), "a point in time is expected")
    })?;
    // T: current processing; the answer is sent at once, whatever acknowledgement is wished for
    read::one_of(need(message, "processingModeCode")?, &[("T", ())])?;
    read::one_of(need(message, "acceptAckCode")?, &[("AL", ()), ("NE", ()), ("ER", ())])?;
    let addressed = need(message, "receiver")?;
    let (receiver, _) = device(addressed)?;
    if receiver.root != DMP_DEVICE {
        return Err(Hl7Error::value(addressed.path(), format!("{DMP_DEVICE} is expected")));
    }
    let (sender, sender_name) = device(need(message, "sender")?)?;
    let wrapper = Wrapper {
        id: read::ii(need(message, "id")?)?,
        created: created_at,
        processing: read::one_of(need(message, "processingCode")?, &Processing::ALL)?,
        sender,
        sender_name,
    };
    Ok((wrapper, need(message, "controlActProcess")?))
}

fn device(party: Node<'_>) -> Read<(Ii, Option<String>)> {
    read::only(party, &["telecom", "device"])?;
    let device = need(party, "device")?;
    let mut ids = all(device, "id");
    let id = ids.next().ok_or_else(|| Hl7Error::required(format!("{}/id", device.path())))?;
    let name = match child(device, "softwareName")? {
        Some(name) => read::text(name, 256)?,
        None => None,
    };
    Ok((read::ii(id)?, name))
}

/// The reason of a message: its code, of TRE_R271.
pub(super) fn reason<T: Copy>(control: Node<'_>, known: &[(&str, T)]) -> Read<T> {
    let reason = need(control, "reasonCode")?;
    read::of_system(reason, REASONS)?;
    read::one_of(reason, known)
}

/// What the server adds to an answer.
pub struct Reply<'a> {
    /// A fresh UUID.
    pub id: &'a str,
    pub at: Instant,
    pub to: &'a Wrapper,
}

/// Whether what was asked was done, and if not why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Acknowledged<'a> {
    Accepted,
    /// A word, and a sentence for the user of the software. Without personal data.
    Refused(Word, &'a str),
}

impl Acknowledged<'_> {
    const fn code(self) -> &'static str {
        match self {
            Self::Accepted => "AA",
            Self::Refused(..) => "AE",
        }
    }
}

/// The acknowledgement's type is an element in the edition of 2008 (PDQ), an attribute in that of 2009.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Edition {
    Of2008,
    Of2009,
}

/// An element with attributes and nothing inside.
pub(super) fn empty(out: &mut Writer, name: &str, attributes: &[(&str, &str)]) {
    open(out, name, attributes).end();
}

pub(super) fn open<'w>(out: &'w mut Writer, name: &str, attributes: &[(&str, &str)]) -> &'w mut Writer {
    out.start(name);
    for (name, value) in attributes {
        out.attribute(name, value);
    }
    out
}

pub(super) fn write_ii(out: &mut Writer, name: &str, id: &Ii) {
    out.start(name).attribute("root", &id.root);
    if let Some(extension) = &id.extension {
        out.attribute("extension", extension);
    }
    out.end();
}

/// Begins an answer and leaves it open before its control act. `attention`: what stands between the two.
pub(super) fn begin(
    out: &mut Writer,
    interaction: &str,
    reply: &Reply<'_>,
    edition: Edition,
    acknowledged: Acknowledged<'_>,
    attention: impl FnOnce(&mut Writer),
) {
    open(out, interaction, &[("xmlns", HL7), ("ITSVersion", "XML_1.0")]);
    empty(out, "id", &[("root", reply.id)]);
    empty(out, "creationTime", &[("value", &time::write(reply.at))]);
    empty(out, "interactionId", &[("root", INTERACTIONS), ("extension", interaction)]);
    empty(out, "processingCode", &[("code", reply.to.processing.code())]);
    empty(out, "processingModeCode", &[("code", "T")]);
    empty(out, "acceptAckCode", &[("code", "NE")]);
    write_device(out, "receiver", "RCV", &reply.to.sender, reply.to.sender_name.as_deref());
    // who was addressed answers
    let ours = Ii { root: DMP_DEVICE.to_owned(), extension: None };
    write_device(out, "sender", "SND", &ours, Some("carnet"));
    attention(out);
    match edition {
        Edition::Of2008 => {
            out.start("acknowledgement");
            empty(out, "typeCode", &[("code", acknowledged.code())]);
        }
        Edition::Of2009 => {
            open(out, "acknowledgement", &[("typeCode", acknowledged.code())]);
        }
    }
    out.start("targetMessage");
    write_ii(out, "id", &reply.to.id);
    out.end();
    if let Acknowledged::Refused(word, says) = acknowledged {
        open(out, "acknowledgementDetail", &[("typeCode", "E")]);
        empty(out, "code", &[("code", word.code())]);
        out.element("text", says);
        out.end();
    }
    out.end();
}

fn write_device(out: &mut Writer, name: &str, type_code: &str, id: &Ii, software: Option<&str>) {
    open(out, name, &[("typeCode", type_code)]);
    open(out, "device", &[("classCode", "DEV"), ("determinerCode", "INSTANCE")]);
    write_ii(out, "id", id);
    if let Some(software) = software {
        out.element("softwareName", software);
    }
    out.end().end();
}

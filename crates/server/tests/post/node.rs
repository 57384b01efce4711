//! What is sent: messages as the records make them.

use record::upkeep::notices::{Channel, Message};

pub fn message(id: &str, channel: Channel, to: &str) -> Message {
    Message {
        id: format!("{id}.{}", channel.name()),
        channel,
        to: to.into(),
        address: vec!["Zélie LACOMBE-TEST".into(), "1 rue Fictive".into()],
        subject: "Du nouveau dans votre carnet de santé".into(),
        text: "Votre carnet de santé contient 1 nouveau document.\n\nÀ bientôt.".into(),
        secret: false,
    }
}

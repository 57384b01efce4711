//! How messages leave the house: e-mail by SMTP, text messages by an HTTP gateway, letters as a folder of pages for
//! the printer. Each answers whether it took the message, may take it later, or never will at that address
//! (`record::upkeep::notices` retries and goes to the next way).

pub mod letters;
pub mod quotas;
pub mod sms;
pub mod smtp;

use std::sync::Arc;

use model::{Clock, PsIdNat};
use record::rows::Contacts;
use record::upkeep::notices::{Channel, Message, Post, PostError};

use crate::directory::Directory;
use letters::Letters;
use quotas::Quotas;
use sms::SmsGateway;
use smtp::Smtp;

/// Why a post cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("the mail server's address is not a host and a port")]
    Relay,
    #[error("the sender's address is not an e-mail address")]
    Sender,
    #[error("TLS towards the post cannot be set up")]
    Tls,
    #[error("a mail server or gateway outside this machine is reached by TLS alone")]
    InClear,
    #[error("the demo's gateway is on this machine: http://localhost:8025/messages")]
    Elsewhere,
    #[error("the folder of letters cannot be used")]
    Folder(#[source] std::io::Error),
}

/// The ways there are. A way there is not refuses, and the next is tried.
pub struct Posts {
    pub email: Option<Smtp>,
    pub sms: Option<SmsGateway>,
    pub letters: Option<Letters>,
    pub quotas: Quotas,
    pub clock: Arc<dyn Clock>,
    /// Knows where attending doctors are reached.
    pub directory: Arc<Directory>,
    /// `https://carnet.example.org`, for the links that restrict.
    pub portal: String,
}

impl Posts {
    /// Is there a way of this kind?
    pub fn has(&self, channel: Channel) -> bool {
        match channel {
            Channel::Email => self.email.is_some(),
            Channel::Sms => self.sms.is_some(),
            Channel::Letter => self.letters.is_some(),
        }
    }

    /// Gives the printer the letters of a day that is over.
    pub fn close_letters(&self) {
        if let Some(Err(fault)) = self.letters.as_ref().map(|it| it.close_if_over(self.clock.now())) {
            tracing::error!(kind = ?fault.kind(), "the folder of letters cannot be closed; tried again");
        }
    }
}

impl Post for Posts {
    fn send(&self, message: &Message) -> Result<(), PostError> {
        let now = self.clock.now();
        let slot = self.quotas.take(message, now).ok_or(PostError::Refused)?;
        let sent = match message.channel {
            Channel::Email => self.email.as_ref().map(|it| it.send(message, now)),
            Channel::Sms => self.sms.as_ref().map(|it| it.send(message)),
            Channel::Letter => self.letters.as_ref().map(|it| it.send(message, now)),
        };
        let sent = sent.unwrap_or(Err(PostError::Refused));
        if sent.is_err() {
            self.quotas.give_back(slot);
        }
        sent
    }

    fn professional(&self, id: &PsIdNat) -> Option<Contacts> {
        self.directory.reach(id)
    }

    fn portal(&self) -> Option<&str> {
        Some(&self.portal)
    }
}

//! The demo's post: everything ends in the visible outbox, and by the ways that were asked for it leaves besides, as
//! it would from a server.

use std::path::PathBuf;
use std::sync::Arc;

use model::{Clock, PsIdNat};
use record::rows::Contacts;
use record::upkeep::notices::{self, Post, PostError};

use super::outbox::{Channel, Outbox};
use crate::directory::Directory;
use crate::post::letters::Letters;
use crate::post::quotas::{Limits, Quotas};
use crate::post::sms::SmsGateway;
use crate::post::smtp::Smtp;
use crate::post::{Posts, SetupError};

/// What the demo shows a gateway, which is on this machine.
pub const SMS_TOKEN: &str = "demo";

/// Ways to try, all of them on this machine: fictitious people get nothing elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Ways {
    /// A mail server, in clear: `localhost:1025`.
    pub smtp: Option<String>,
    /// A gateway of text messages, in clear: `http://localhost:8025/messages`.
    pub sms_gateway: Option<String>,
    /// Where the folders of letters appear.
    pub letters: Option<PathBuf>,
    /// An audit repository, by TLS under the demo's own root: `localhost:6514`.
    pub audit_syslog: Option<String>,
}

pub struct DemoPost {
    pub(super) outbox: Arc<Outbox>,
    pub(super) posts: Posts,
}

impl DemoPost {
    pub(super) fn new(
        ways: &Ways,
        outbox: Arc<Outbox>,
        clock: Arc<dyn Clock>,
        directory: Arc<Directory>,
        portal: String,
    ) -> Result<Self, SetupError> {
        let sender = || vec!["carnet, démonstration".to_owned()];
        let posts = Posts {
            email: ways.smtp.as_deref().map(Smtp::on_loopback).transpose()?,
            sms: ways.sms_gateway.as_deref().map(|it| SmsGateway::on_loopback(it, SMS_TOKEN)).transpose()?,
            letters: ways.letters.as_deref().map(|it| Letters::new(it, sender())).transpose()?,
            quotas: Quotas::new(Limits::default()),
            clock,
            directory,
            portal,
        };
        Ok(Self { outbox, posts })
    }
}

impl Post for DemoPost {
    fn send(&self, message: &notices::Message) -> Result<(), PostError> {
        // a letter of secrets never lies on a disk: the outbox shows what would be handed over
        if self.posts.has(message.channel) && !message.secret {
            self.posts.send(message)?;
        }
        let channel = match message.channel {
            notices::Channel::Email => Channel::Email,
            notices::Channel::Sms => Channel::Sms,
            notices::Channel::Letter => Channel::Letter,
        };
        // a letter that goes from hand to hand has no address
        let to = match message.to.is_empty() && message.address.len() > 1 {
            true => message.address.join(", "),
            false => message.to.clone(),
        };
        self.outbox.push(self.posts.clock.now(), channel, &to, &message.subject, &message.text);
        Ok(())
    }

    fn professional(&self, id: &PsIdNat) -> Option<Contacts> {
        self.posts.professional(id)
    }

    fn portal(&self) -> Option<&str> {
        self.posts.portal()
    }
}

//! The link of a notice: shows nothing, and can only restrict (rules, "Notices"). Its token is the record's opaque
//! id and 128 bits nobody can guess; the record keeps their keyed hash, whom the link is about, and whether it
//! was used. It is made from the event, so that a message that leaves twice bears the same link twice.

use jiff::SignedDuration;
use model::{Instant, PsIdNat, RecordId, RowId, RowKind};
use serde::{Deserialize, Serialize};
use vault::TagDomain;

use crate::attempt::Loaded;
use crate::commit::Change;
use crate::failure::Fault;
use crate::records::{Records, first_half};
use crate::rows::LINKS;

/// A link is good this long.
const LIFE: SignedDuration = SignedDuration::from_hours(24 * 30);
/// A record keeps this many; the oldest go first.
const MOST: usize = 50;
/// The length of an opaque id as it is written.
const HALF: usize = 26;

/// The links that were sent. Row [`LINKS`], kind `credential`.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Links {
    pub(crate) links: Vec<Link>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Link {
    /// Keyed hash of the secret half.
    hash: RowId,
    pub(crate) about: PsIdNat,
    /// About an emergency access: it can be contested, and blocks as well.
    pub(crate) emergency: bool,
    expires: Instant,
    #[serde(default)]
    used: Option<Instant>,
}

/// A link about to be sent.
pub(crate) struct NewLink {
    record: RecordId,
    secret: RowId,
    about: PsIdNat,
    emergency: bool,
}

/// What the path of a link says. Does not print.
#[derive(Clone, Copy)]
pub struct LinkToken {
    pub(crate) record: RecordId,
    secret: RowId,
}

impl LinkToken {
    /// None where the text cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let (record, secret) = text.split_at_checked(HALF)?;
        Some(Self { record: record.parse().ok()?, secret: secret.parse().ok()? })
    }
}

impl NewLink {
    pub(super) fn token(&self) -> String {
        format!("{}{}", self.record, self.secret)
    }
}

impl Records {
    pub(super) fn new_link(
        &self,
        record: RecordId,
        about: &PsIdNat,
        event: RowId,
        emergency: bool,
    ) -> Result<NewLink, Fault> {
        let secret = self.keyed(&format!("link|{record}|{event}|{about}"))?;
        Ok(NewLink { record, secret, about: about.clone(), emergency })
    }

    fn keyed(&self, text: &str) -> Result<RowId, Fault> {
        Ok(RowId::from_bytes(first_half(self.parts().keeper.tag(TagDomain::Login, text.as_bytes())?)))
    }

    fn link_hash(&self, record: RecordId, secret: RowId) -> Result<RowId, Fault> {
        self.keyed(&format!("link hash|{record}|{secret}"))
    }

    pub(super) fn keep_links(
        &self,
        change: &mut Change,
        loaded: &Loaded,
        new: &[NewLink],
    ) -> Result<(), Fault> {
        let now = self.now();
        let mut all = self.links(loaded)?;
        all.links.retain(|it| now < it.expires);
        for link in new {
            let hash = self.link_hash(link.record, link.secret)?;
            if !all.links.iter().any(|it| it.hash == hash) {
                let (about, emergency) = (link.about.clone(), link.emergency);
                all.links.push(Link { hash, about, emergency, expires: now.plus(LIFE), used: None });
            }
        }
        let surplus = all.links.len().saturating_sub(MOST);
        all.links.drain(..surplus);
        change.put(self, Some(&loaded.readable.base), RowKind::Credential, LINKS, &all)
    }

    fn links(&self, loaded: &Loaded) -> Result<Links, Fault> {
        let opener = loaded.readable.keyring.opener(RowKind::Credential);
        Ok(loaded.readable.base.one(&opener, RowKind::Credential, LINKS)?.unwrap_or_default())
    }

    /// The link this token is, used up in this change; none where it is not, no longer or already used.
    pub(crate) fn use_link(
        &self,
        change: &mut Change,
        loaded: &Loaded,
        token: LinkToken,
        now: Instant,
    ) -> Result<Option<Link>, Fault> {
        let hash = self.link_hash(token.record, token.secret)?;
        let mut all = self.links(loaded)?;
        let fresh = |it: &&mut Link| it.hash == hash && now < it.expires && it.used.is_none();
        let Some(link) = all.links.iter_mut().find(fresh) else { return Ok(None) };
        link.used = Some(now);
        let link = link.clone();
        change.put(self, Some(&loaded.readable.base), RowKind::Credential, LINKS, &all)?;
        Ok(Some(link))
    }
}

//! What holders are told (rules, "Notices"): jobs of the commit that caused them, sealed under the record's
//! key, handed to the post when due, at least once. A message holds no health data, no identifier, no title and
//! no link that logs in.
//!
//! `kinds` says what there is to tell and where it is born, `readers` what an access gives rise to, `digest` the
//! message of the day, `route` to whom and how, `link` the single-use links, and this file sends.

mod digest;
mod kinds;
pub(crate) mod link;
mod readers;
mod route;
mod words;

use std::collections::HashSet;

use jiff::SignedDuration;
use model::chance::throw;
use model::{Act, Caller, Instant, Place, PsIdNat, RecordId, Request, RowId, RowKind};

use crate::attempt::{Loaded, Target};
use crate::base::damaged;
use crate::call::Call;
use crate::commit::{Attempt, Change};
use crate::failure::{Failure, Fault};
use crate::records::Records;
use crate::rows::Contacts;

pub(crate) use kinds::{NOTICE, Notice, SecretsLetter, Waiting};
pub(crate) use readers::Recent;
use route::Route;

/// A job taken and not done is free again after this.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// Enough that what came at once for one record is mostly taken together.
const AT_ONCE: usize = 256;
/// A message the post cannot take now is tried again after as long as it has waited, within these.
const WAIT_MIN: SignedDuration = SignedDuration::from_secs(30);
const WAIT_MAX: SignedDuration = SignedDuration::from_hours(1);
/// To each, then by each of three channels.
const WAYS: usize = 4;
/// A lost race about a record is run again this many times.
const TRIES: usize = 8;

/// A message ready to leave.
#[derive(Clone)]
pub struct Message {
    /// Stable for one event and channel: a duplicate can be told.
    pub id: String,
    pub channel: Channel,
    /// An address or a number; empty for a letter.
    pub to: String,
    /// Whom a letter is for and where they live, a line each; empty for other channels.
    pub address: Vec<String>,
    pub subject: String,
    pub text: String,
    /// Holds a login and a password: handed over or lost, kept nowhere in clear.
    pub secret: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Email,
    Sms,
    Letter,
}

/// Who carries messages: the demo's outbox, a mail server, a printer.
pub trait Post: Send + Sync {
    fn send(&self, message: &Message) -> Result<(), PostError>;

    /// Where a professional is told something: the public directory knows.
    fn professional(&self, _id: &PsIdNat) -> Option<Contacts> {
        None
    }

    /// Where the portal is, for the links that restrict: `https://carnet.example.org`. None: no links.
    fn portal(&self) -> Option<&str> {
        None
    }
}

/// Why the post did not take a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// This message stays due, and is tried again.
    #[error("the post did not take the message this time")]
    Later,
    /// The same, and no other message by this channel need be tried now.
    #[error("the post does not answer")]
    Down,
    /// This address will not do, today or ever: the next channel is tried.
    #[error("the post refuses the address")]
    Refused,
}

/// One call of [`Records::send_notices`].
struct Round<'a> {
    post: &'a dyn Post,
    now: Instant,
    /// Channels that did not answer: what is for them waits, and keeps nothing else back.
    down: HashSet<Channel>,
    sent: usize,
    /// Something was put in the queue in the place of something else.
    replaced: bool,
    oldest: SignedDuration,
}

impl Records {
    /// Sends what is due; how many messages left.
    pub fn send_notices(&self, post: &dyn Post) -> Result<usize, Failure> {
        self.send_notices_due(post, SignedDuration::ZERO)
    }

    /// Sends what will be due in a while: for who fills a store, and wants none of it to leave later.
    pub fn send_notices_due(&self, post: &dyn Post, within: SignedDuration) -> Result<usize, Failure> {
        let mut sent = 0;
        // what is split, or goes another way, leaves in the same call
        for _ in 0..WAYS {
            let (left, replaced) = self.send_once(post, within)?;
            sent += left;
            if !replaced {
                break;
            }
        }
        Ok(sent)
    }

    fn send_once(&self, post: &dyn Post, within: SignedDuration) -> Result<(usize, bool), Failure> {
        let now = self.now().plus(within);
        if self.parts().store.snapshot()?.due_jobs_of(NOTICE, now, 1)?.is_empty() {
            return Ok((0, false));
        }
        let jobs = self.parts().store.lease_jobs_of(NOTICE, now, now.plus(LEASE), AT_ONCE)?;
        let mut round =
            Round { post, now, down: HashSet::new(), sent: 0, replaced: false, oldest: SignedDuration::ZERO };
        let mut records: Vec<(RecordId, Vec<store::Job>)> = Vec::new();
        for it in jobs {
            match records.iter_mut().find(|(record, _)| *record == it.record) {
                Some((_, jobs)) => jobs.push(it.job),
                None => records.push((it.record, vec![it.job])),
            }
        }
        for (record, jobs) in records {
            match self.send_for(record, jobs, &mut round) {
                // what is wrong with one record keeps no other's notices back (abuse J01)
                Err(Failure::Fault(fault @ Fault::Damaged { .. })) => {
                    tracing::error!(%record, %fault, "a notice cannot be sent");
                }
                done => done?,
            }
        }
        if !round.down.is_empty() {
            let minutes = round.oldest.as_mins();
            tracing::warn!(channels = ?round.down, oldest_minutes = minutes, "messages wait for the post");
        }
        Ok((round.sent, round.replaced))
    }

    fn send_for(
        &self,
        record: RecordId,
        jobs: Vec<store::Job>,
        round: &mut Round<'_>,
    ) -> Result<(), Failure> {
        let Some(loaded) = self.load(&Target::Record(record))? else { return Ok(()) };
        let mut open = Vec::with_capacity(jobs.len());
        for job in jobs {
            open.push(Open { id: job.id, due: job.due, waiting: read(&loaded, &job)? });
        }
        drop(loaded);
        for group in readers::together(open) {
            self.send_group(record, &group, round)?;
        }
        Ok(())
    }

    /// Sends the one message that tells of all these.
    fn send_group(&self, record: RecordId, group: &[Open], round: &mut Round<'_>) -> Result<(), Failure> {
        let Some(lead) = group.first() else { return Ok(()) };
        // each commit moves the record on: read again for each message
        let Some(loaded) = self.load(&Target::Record(record))? else { return Ok(()) };
        if !loaded.readable.base.snapshot.has_job(record, lead.id)? {
            // another message told of it, or another worker did it
            return Ok(());
        }
        if let Some(until) = self.too_soon(&loaded, lead, round.now) {
            return self.wait(record, group, until);
        }
        let done: Vec<RowId> = group.iter().map(|it| it.id).collect();
        let addressee = match self.route(&loaded, &lead.waiting, round) {
            Route::To(addressee) => addressee,
            Route::Each(recipients) => {
                let next: Vec<Waiting> = recipients
                    .into_iter()
                    .flat_map(|to| group.iter().map(move |it| it.waiting.sent_to(to.clone(), self.dice())))
                    .collect();
                round.replaced = true;
                return self.replace(record, &done, &next, "to each");
            }
            Route::Nobody(why) => return self.finish(record, &done, &[], why),
        };
        let Some(told) = self.told(&loaded, group, &addressee, round)? else {
            return self.finish(record, &done, &[], "nothing to tell");
        };
        let done = [done, told.merged].concat();
        let Some((channel, to)) = addressee.channel(&lead.waiting) else {
            return self.finish(record, &done, &[], "no way to reach them");
        };
        let waited = round.now.since(lead.due);
        let again = || round.now.plus(self.patience(waited));
        if round.down.contains(&channel) {
            return self.wait(record, group, again());
        }
        let letter = channel == Channel::Letter;
        let message = Message {
            id: format!("{}.{}", lead.waiting.event(lead.id), channel.name()),
            channel,
            to,
            address: if letter { addressee.lines() } else { Vec::new() },
            subject: told.words.subject,
            text: told.words.text,
            secret: matches!(lead.waiting.notice, Notice::Secrets(_)),
        };
        match round.post.send(&message) {
            Ok(()) => {
                round.sent += 1;
                self.left(&loaded, lead, round.now);
                self.finish(record, &done, &told.links, channel.name())
            }
            Err(why @ (PostError::Later | PostError::Down)) => {
                if why == PostError::Down {
                    round.down.insert(channel);
                }
                round.oldest = round.oldest.max(waited);
                self.wait(record, group, again())
            }
            Err(PostError::Refused) => {
                tracing::warn!(%record, channel = channel.name(), "an address is refused: the next channel is tried");
                let next: Vec<Waiting> = group.iter().map(|it| it.waiting.without(channel, it.id)).collect();
                round.replaced = true;
                self.replace(record, &done, &next, "address refused")
            }
        }
    }

    /// As long again as it has waited, more or less: not all at the same instant (abuse L04).
    fn patience(&self, waited: SignedDuration) -> SignedDuration {
        let wait = waited.clamp(WAIT_MIN, WAIT_MAX);
        let [chance] = throw::<1>(self.dice());
        // three quarters to five quarters of it
        let percent = 75 + i32::from(chance) * 50 / 255;
        SignedDuration::from_millis(
            i64::try_from(wait.as_millis()).unwrap_or(i64::MAX) / 100 * i64::from(percent),
        )
    }

    /// The jobs stay, and are due again then.
    fn wait(&self, record: RecordId, group: &[Open], until: Instant) -> Result<(), Failure> {
        let jobs = group.iter().map(|it| (record, it.id)).collect();
        Ok(self.parts().store.postpone_jobs(jobs, until)?)
    }

    /// The jobs leave the queue with one trace line (rules, W16), and the links of their message become good.
    fn finish(
        &self,
        record: RecordId,
        done: &[RowId],
        links: &[link::NewLink],
        note: &str,
    ) -> Result<(), Failure> {
        self.take_off(record, done, note, |change, loaded| {
            if links.is_empty() { Ok(()) } else { self.keep_links(change, loaded, links) }
        })
    }

    /// The same, and others come in their place.
    fn replace(&self, record: RecordId, done: &[RowId], next: &[Waiting], note: &str) -> Result<(), Failure> {
        self.take_off(record, done, note, |change, _| {
            next.iter().try_for_each(|waiting| change.job(self, NOTICE, self.now(), waiting))
        })
    }

    fn take_off(
        &self,
        record: RecordId,
        done: &[RowId],
        note: &str,
        also: impl Fn(&mut Change, &Loaded) -> Result<(), Fault>,
    ) -> Result<(), Failure> {
        let call = Call::new(Caller::upkeep(), RowId::random(self.dice()));
        for _ in 0..TRIES {
            let Some(loaded) = self.load(&Target::Record(record))? else { return Ok(()) };
            let request = Request::default();
            let decision = self.decision(&call, Act::SendNotice, &loaded.facts, None, &request, self.now());
            let mut account = self.account(&call, Act::SendNotice).accepted(&decision.allowed_by);
            account.note = Some(note.to_owned());
            let mut change = Change::on(&loaded.readable.base);
            done.iter().for_each(|job| change.done(*job));
            also(&mut change, &loaded)?;
            match self.commit(change.whatever_changed(), &account)? {
                Attempt::Done(_) => return Ok(()),
                Attempt::Stale | Attempt::Taken(_) => {}
            }
        }
        // another worker was faster: theirs is the line
        Ok(())
    }
}

/// A job that was leased, open.
pub(crate) struct Open {
    id: RowId,
    due: Instant,
    waiting: Waiting,
}

fn read(loaded: &Loaded, job: &store::Job) -> Result<Waiting, Fault> {
    let record = loaded.record();
    let place = Place { record, kind: RowKind::Queue, row: job.id, version: 1 };
    let plain = loaded
        .readable
        .keyring
        .opener(RowKind::Queue)
        .open(&place, &job.sealed)
        .map_err(|_| damaged(record, "a job"))?;
    serde_json::from_slice(&plain).map_err(|_| damaged(record, "a job"))
}

impl Channel {
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Letter => "letter",
        }
    }
}

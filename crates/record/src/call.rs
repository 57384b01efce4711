//! One request: who calls, for what purpose, and how it is counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use model::{Caller, Instant, Person, Purpose, RecordedBy, RowId, SignedForm};
use store::OnceOnly;

use crate::failure::{Refusal, RefusalKind};

/// What every act is told about the request it answers. Made by the server's one extractor.
#[derive(Clone, Debug)]
pub struct Call {
    pub caller: Caller,
    pub purpose: Purpose,
    /// Names the request in the trace and in the technical log.
    pub request: RowId,
    /// The address the request came from, for the trace.
    pub address: Option<String>,
    /// What the holder signed and an agent says they enter: without it an agent changes no right (rules, W14).
    pub form: Option<SignedForm>,
    /// What the caller came with that counts once.
    pub once: Option<Once>,
    /// The version of the document that the caller believes they change: any other refuses (`If-Match`).
    pub if_version: Option<u32>,
}

impl Call {
    /// The same, by who has the holder's signed form before them.
    pub fn entering_a_form(self) -> Self {
        Self { form: Some(SignedForm::Plain), ..self }
    }

    pub fn new(caller: Caller, request: RowId) -> Self {
        Self {
            caller,
            purpose: Purpose::Normal,
            request,
            address: None,
            form: None,
            once: None,
            if_version: None,
        }
    }

    /// An agent acts on a signed form alone, and says so; whoever else calls has none (rules, W14).
    pub(crate) fn agent_s_form(&self) -> Option<SignedForm> {
        self.caller.agent().and(self.form)
    }

    /// Errors: the document has another version than the caller says.
    pub(crate) fn meets(&self, version: u32) -> Result<(), Refusal> {
        match self.if_version {
            Some(expected) if expected != version => Err(Refusal::new(RefusalKind::Stale)),
            _ => Ok(()),
        }
    }

    /// Whose word a right is recorded on.
    pub(crate) fn recorded_by(&self) -> RecordedBy {
        match self.caller.person.proved() {
            Some(Person::Professional(it)) => RecordedBy::Professional(it.id.clone()),
            Some(Person::Agent(it)) => RecordedBy::Agent(it.id.clone()),
            Some(Person::Representative { mandate, .. }) => RecordedBy::Representative(*mandate),
            _ => RecordedBy::Holder,
        }
    }
}

/// An assertion that counts once, on whatever node of the store. It is used up by the first line of the request it
/// came with, in the same commit; what else that request writes goes with it.
#[derive(Clone, Debug)]
pub struct Once {
    name: String,
    hash: [u8; 32],
    until: Instant,
    spent: Arc<AtomicBool>,
}

/// The longest name that is kept.
const LONGEST_NAME: usize = 200;

const MINUTE_MS: i64 = 60_000;

impl Once {
    /// `hash` is what it is known again by, `until` when it is refused for its age alone.
    pub fn new(name: &str, hash: [u8; 32], until: Instant) -> Self {
        let name = name.chars().take(LONGEST_NAME).collect();
        let until =
            Instant::from_millis(until.as_millis().div_euclid(MINUTE_MS).saturating_add(1) * MINUTE_MS);
        Self { name, hash, until, spent: Arc::default() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn spent(&self) {
        self.spent.store(true, Ordering::Relaxed);
    }

    pub(crate) fn to_use(&self, now: Instant) -> Option<OnceOnly> {
        let Self { hash, until, .. } = *self;
        (!self.spent.load(Ordering::Relaxed)).then_some(OnceOnly { hash, until, now })
    }
}

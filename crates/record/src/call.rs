//! One request: who calls, for what purpose, and how it is counted.

use model::{Caller, Person, Purpose, RecordedBy, RowId, SignedForm};

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
}

impl Call {
    /// The same, by who has the holder's signed form before them.
    pub fn entering_a_form(self) -> Self {
        Self { form: Some(SignedForm::Plain), ..self }
    }

    pub fn new(caller: Caller, request: RowId) -> Self {
        Self { caller, purpose: Purpose::Normal, request, address: None, form: None }
    }

    /// An agent acts on a signed form alone, and says so; whoever else calls has none (rules, W14).
    pub(crate) fn agent_s_form(&self) -> Option<SignedForm> {
        self.caller.agent().and(self.form)
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

//! One request: who calls, for what purpose, and how it is counted.

use model::{Caller, Purpose, RowId, SignedForm};

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
}

//! One exchange from envelope to answer. Every attempt leaves one line: what could not be read is one of its own,
//! what was read has that of its act.

use std::sync::Arc;

use axum::http::HeaderMap;
use ihe::soap::{self, Fault, Refused, Reply, Request, Subcode};
use ihe::vihf::Vihf;
use ihe::xds::{ErrorCode, RegistryError};
use model::{Ins, Oid};
use record::{Call, Failure, RefusalKind};

use super::answer::{Answer, Done};
use super::exchange::{Message, Parts, Pieces};
use super::identity::Beside;
use super::operations::{Asks, Refuses, Row};
use super::told::{Of, REPLAYED, Told, told};
use super::{
    REPOSITORY, Service, access, candidates, identity, lists, patients, provide, query, register, retrieve,
    services, update,
};
use crate::app::App;
use crate::connection::Connection;
use crate::tls::Settings;

/// What surrounds an exchange: who is connected, to what.
pub(super) struct Talk {
    pub(super) service: Service,
    pub(super) app: Arc<App>,
    pub(super) connection: Connection,
    pub(super) settings: Arc<Settings>,
    /// As the certificate alone proves it.
    pub(super) call: Call,
}

/// A request whose caller is proved.
pub(super) struct Asked<'a> {
    pub(super) call: &'a Call,
    pub(super) vihf: &'a Vihf,
    pub(super) request: &'a Request,
}

/// Why nothing was done.
pub(super) enum Not {
    /// `record` said so, and its line is written.
    Lined(Told),
    /// It could not even be asked.
    Unlined(Told),
    /// The assertion was used before.
    Replayed,
}

impl Not {
    /// What an act answered.
    pub(super) fn by(failure: Failure, of: Of) -> Self {
        match &failure {
            Failure::Refused(no) if no.kind == RefusalKind::Replayed => Self::Replayed,
            _ => Self::Lined(told(failure, of)),
        }
    }
}

/// What is wrong with a message is told before anything is asked of `record`.
impl<T: Into<Told>> From<T> for Not {
    fn from(wrong: T) -> Self {
        Self::Unlined(wrong.into())
    }
}

impl Talk {
    pub(super) fn run(self, headers: &HeaderMap, pieces: Pieces) -> Answer {
        let mut relates_to = None;
        match self.answered(headers, pieces, &mut relates_to) {
            Ok(answer) => answer,
            Err(fault) => Answer::fault(&fault, relates_to.as_deref(), &*self.app.dice),
        }
    }

    /// The answer to a message whose head says that it is larger than is read: its line, and a fault.
    pub(super) fn too_large(&self) -> Answer {
        let too_large = Fault::sender("the message is larger than this door takes");
        let told = self.unread(&self.call, too_large.clone());
        let status = if told == too_large { 413 } else { told.http_status() };
        Answer::fault(&told, None, &*self.app.dice).with_status(status)
    }

    fn answered(
        &self,
        headers: &HeaderMap,
        pieces: Pieces,
        relates_to: &mut Option<String>,
    ) -> Result<Answer, Fault> {
        let unread = |fault: Fault| self.unread(&self.call, fault);
        let message = Message::read(headers, pieces).map_err(|it| unread(it.into()))?;
        let served: Vec<_> = self.service.rows().map(|row| &row.wire).collect();
        let decoded = soap::decode(&message.envelope, &message.transport, &served);
        let request = decoded.map_err(|Refused { fault, message_id }| {
            *relates_to = message_id;
            unread(fault)
        })?;
        *relates_to = Some(request.addressing.message_id.clone());
        let row = self.service.rows().find(|row| row.wire == *request.operation).ok_or_else(unwritten)?;
        let (app, now) = (&self.app, self.app.clock.now());
        let address = self.service.address(app);
        let names = [address.as_str()];
        let vihf = request
            .security()
            .and_then(|security| identity::read(security, &self.settings, now, &names))
            .map_err(unread)?;
        let beside = Beside { app, connection: &self.connection, settings: &self.settings, headers };
        let call = identity::bind(self.call.clone(), &vihf, &beside, now).map_err(unread)?;
        let asked = Asked { call: &call, vihf: &vihf, request: &request };
        let done = match self.done(row.asks, &asked, message.parts) {
            Ok(done) => done,
            Err(Not::Lined(told)) => not_done(row, told)?,
            Err(Not::Unlined(told)) => {
                app.records.reject(&call).map_err(|failure| self.after_reject(&call, failure))?;
                not_done(row, told)?
            }
            Err(Not::Replayed) => return Err(self.replayed(&call)),
        };
        Answer::of(&Reply::to(&request, &*app.dice), done)
    }

    fn done(&self, asks: Asks, asked: &Asked<'_>, mut parts: Parts) -> Result<Done, Not> {
        if asks != Asks::Provide {
            parts.none().map_err(Fault::from)?;
        }
        match asks {
            Asks::Provide => provide::provide(self, asked, parts),
            Asks::Query => query::query(self, asked),
            Asks::Retrieve => retrieve::retrieve(self, asked),
            Asks::Update => update::update(self, asked),
            Asks::Register => register::register(asked),
            Asks::Demographics => services::status(self, asked),
            Asks::SetAuthorisation => services::authorise(self, asked),
            Asks::Candidates => candidates::candidates(self, asked),
            Asks::Create => patients::create(self, asked),
            Asks::Revise => patients::revise(self, asked),
            Asks::OpenAccess => access::create(self, asked),
            Asks::NewSecrets => access::update(self, asked),
            Asks::CodeChannel => access::channel(self, asked),
            Asks::ListPatients => lists::patients(self, asked),
            Asks::ListAuthorised => lists::authorised(self, asked),
        }
    }

    /// The line of what could not be read.
    fn unread(&self, call: &Call, fault: Fault) -> Fault {
        match self.app.records.reject(call) {
            Ok(()) => fault,
            Err(failure) => self.after_reject(call, failure),
        }
    }

    fn after_reject(&self, call: &Call, failure: Failure) -> Fault {
        match failure {
            Failure::Refused(no) if no.kind == RefusalKind::Replayed => self.replayed(call),
            Failure::Refused(_) => Fault::receiver("too much is going on: send it again"),
            Failure::Fault(fault) => {
                tracing::error!(%fault, "a fault");
                Fault::receiver("the server failed; nothing was acknowledged")
            }
        }
    }

    fn replayed(&self, call: &Call) -> Fault {
        match self.app.records.replayed(call) {
            Ok(()) => Fault::security(Subcode::FailedAuthentication, REPLAYED),
            Err(failure) => {
                tracing::error!(?failure, "a line was not written");
                Fault::receiver("the server failed; nothing was acknowledged")
            }
        }
    }
}

/// The body that says why.
fn not_done(row: &Row, told: Told) -> Result<Done, Fault> {
    let errors = match told {
        Told::Errors(errors) => errors,
        Told::Fault(fault) => return Err(fault),
    };
    let body = match row.refuses {
        Refuses::QueryResponse => ihe::xds::iti18::failure(&errors),
        Refuses::RetrieveResponse => ihe::xds::iti43::encode(&[], &repository()?, &errors),
        Refuses::RegistryResponse => ihe::xds::registry_response(&errors),
        Refuses::Fault => return Err(Fault::sender("the message cannot be used")),
    };
    Ok(Done::body(body.map_err(|_| unwritten())?))
}

impl Asked<'_> {
    /// The patient whom the assertion names.
    pub(super) fn patient(&self) -> Result<&Ins, Fault> {
        self.vihf.patient.as_ref().ok_or_else(|| {
            Fault::security(
                Subcode::InvalidSecurityToken,
                "the assertion must name the patient (resource-id)",
            )
        })
    }

    /// What the message says is about the same person as the assertion (abuse B15).
    pub(super) fn same_patient(&self, said: &Ins, of: Of) -> Result<(), Told> {
        if self.patient()? == said {
            return Ok(());
        }
        let code = if of == Of::Providing {
            ErrorCode::XDSPatientIdDoesNotMatch
        } else {
            ErrorCode::XDSUnknownPatientId
        };
        Err(RegistryError::new(code, "not the patient of the assertion").into())
    }
}

pub(super) fn repository() -> Result<Oid, Fault> {
    REPOSITORY.parse().map_err(|_| unwritten())
}

pub(super) fn unwritten() -> Fault {
    Fault::receiver("the answer could not be written")
}

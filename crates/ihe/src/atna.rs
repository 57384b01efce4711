//! What happened, told to audit repositories (IHE ATNA, ITI-20): DICOM audit messages (PS3.15 A.5) in syslog frames
//! (RFC 5424, octet counting of RFC 5425). The same event is a FHIR AuditEvent in `crate::fhir::audit_event`.
//!
//! No patient is named: a record is its opaque id, and the INS only where who runs the service wants it.

mod message;
mod syslog;

use model::{Act, Caller, EntryId, Ins, Instant, Person, Purpose, RecordId, RowId};

pub use message::encode;
pub use syslog::{Sender, frame};

/// A line of the trace, as far as others may be told.
pub struct Event<'a> {
    pub at: Instant,
    /// The request that made the line: the same in both.
    pub request: RowId,
    pub act: Act,
    pub outcome: Outcome<'a>,
    pub caller: &'a Caller,
    pub address: Option<&'a str>,
    pub purpose: &'a Purpose,
    pub record: Option<RecordId>,
    pub ins: Option<&'a Ins>,
    pub objects: &'a [Object<'a>],
    /// The line's number in the log of the whole service, by which a message that came twice, or one that is missing,
    /// is known.
    pub line: Option<u64>,
}

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome<'a> {
    Done,
    /// The numbers of the rules that refused.
    Refused(&'a [String]),
    /// What was sent could not be used.
    Rejected,
}

impl Outcome<'_> {
    /// 0 success, 4 minor failure: the request can be made again.
    pub const fn indicator(self) -> &'static str {
        match self {
            Self::Done => "0",
            Self::Refused(_) | Self::Rejected => "4",
        }
    }

    pub fn words(self) -> Option<String> {
        match self {
            Self::Done => None,
            Self::Refused([]) => Some("refused: no rule permits it".to_owned()),
            Self::Refused(rules) => Some(format!("refused by {}", rules.join(", "))),
            Self::Rejected => Some("could not be used as it was sent".to_owned()),
        }
    }
}

/// A document of the event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Object<'a> {
    /// None for one that was refused before it had an id.
    pub document: Option<EntryId>,
    /// Empty where it is not told.
    pub type_code: &'a str,
    /// Shown or written; else withheld or refused.
    pub given: bool,
}

/// What kind of event an act is, in DICOM's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Asked for lists or states.
    Query,
    /// A document left.
    Export,
    /// A document came.
    Import,
    /// A record was opened, changed or closed.
    PatientRecord,
    Authentication,
    AuditLogUsed,
    /// An emergency, or a change of the service itself.
    SecurityAlert,
}

impl Kind {
    pub const fn of(act: Act) -> Self {
        match act {
            Act::KnowStatus | Act::LocateOwn | Act::Search | Act::SeeAs | Act::Why => Self::Query,
            Act::ReadRights | Act::ReadContacts | Act::ReadClosure => Self::Query,
            Act::ListPatients | Act::ListAuthorised => Self::Query,
            Act::Consult => Self::Export,
            Act::Feed | Act::Replace | Act::Append | Act::Transform => Self::Import,
            Act::ReadTrace | Act::ProveTrace => Self::AuditLogUsed,
            Act::LogIn | Act::ChangeSecrets | Act::ReissueSecrets | Act::ResetFactor => Self::Authentication,
            Act::BreakGlass | Act::Regulate | Act::ContestEmergency | Act::ReviewEmergency => {
                Self::SecurityAlert
            }
            Act::ChangePolicy | Act::SwitchOff | Act::SwitchOn => Self::SecurityAlert,
            _ => Self::PatientRecord,
        }
    }

    /// Code and meaning in DICOM (DCM).
    const fn coded(self) -> (&'static str, &'static str) {
        match self {
            Self::Query => ("110112", "Query"),
            Self::Export => ("110106", "Export"),
            Self::Import => ("110107", "Import"),
            Self::PatientRecord => ("110110", "Patient Record"),
            Self::Authentication => ("110114", "User Authentication"),
            Self::AuditLogUsed => ("110101", "Audit Log Used"),
            Self::SecurityAlert => ("110113", "Security Alert"),
        }
    }
}

/// C, R, U, D or E, in DICOM as in FHIR.
pub const fn action(act: Act) -> &'static str {
    match Kind::of(act) {
        Kind::Query | Kind::Authentication | Kind::SecurityAlert => "E",
        Kind::Export | Kind::AuditLogUsed => "R",
        Kind::Import => "C",
        Kind::PatientRecord => match act {
            Act::OpenRecord => "C",
            Act::Delete | Act::Destroy => "D",
            _ => "U",
        },
    }
}

/// Who did it, as proved: an id, a name for those whose work it is, and what they are.
pub struct Who {
    pub id: String,
    /// The system the id is of, where it has one.
    pub system: Option<&'static str>,
    pub name: Option<String>,
    pub role: &'static str,
}

/// The person, and the organisation, the caller was proved to be. Holders and those around them have no name here.
pub fn who(caller: &Caller) -> Vec<Who> {
    use model::people::{PS_IDNAT_OID, STRUCT_IDNAT_OID};
    let nameless = |role: &'static str| Who { id: role.to_owned(), system: None, name: None, role };
    let named = |id: String, name: &str, role| Who {
        id,
        system: Some(PS_IDNAT_OID),
        name: Some(name.to_owned()),
        role,
    };
    let person = caller.person.proved().map(|person| match person {
        Person::Professional(it) => named(it.id.to_string(), &it.name, "professional"),
        Person::Agent(it) => named(it.id.to_string(), &it.name, "agent"),
        Person::Administrator(it) => named(it.id.to_string(), &it.name, "administrator"),
        Person::Reviewer(it) => named(it.id.to_string(), &it.name, "reviewer"),
        Person::Holder { .. } => nameless("holder"),
        Person::Representative { .. } => nameless("representative"),
        Person::Relative { .. } => nameless("relative"),
        Person::Heir { .. } => nameless("heir"),
        Person::Applicant => nameless("applicant"),
    });
    let organisation = caller.organisation.proved().map(|it| Who {
        id: it.id.to_string(),
        system: Some(STRUCT_IDNAT_OID),
        name: Some(it.name.clone()),
        role: "organisation",
    });
    let mut all: Vec<_> = person.into_iter().chain(organisation).collect();
    if all.is_empty() {
        let service = caller.door == model::Door::Upkeep;
        all.push(nameless(if service { "service" } else { "unknown" }));
    }
    all
}

/// The code of a purpose (TRE_R248), where it is not the ordinary one.
pub const fn purpose(purpose: &Purpose) -> Option<&'static str> {
    match purpose {
        Purpose::Normal => None,
        Purpose::BreakGlass { .. } => Some("bris_de_glace"),
        Purpose::Regulation => Some("centre_15"),
    }
}

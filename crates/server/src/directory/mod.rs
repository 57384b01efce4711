//! The public directory of professionals and organisations: who may work, where, and as what.
//!
//! In memory: what `carnet directory import` brought (`import`, `kept`), and above it what the demo's cast says. What
//! it says at the instant of a request decides (rules, A11): a person struck off is refused on the very next
//! request, in open connections too. Past its greatest age an import confirms nobody (`watch`).

pub mod import;
pub mod kept;
mod organisations;
mod persons;
mod table;
pub mod watch;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use model::{ActingFor, Organisation, OrganisationKind, Profession, PsIdNat, Standing, StructIdNat};
use record::rows::Contacts;
use serde::{Deserialize, Serialize};

/// A person of the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonEntry {
    pub id: PsIdNat,
    /// As it is shown: "Dr Inès Fabrelac".
    pub name: String,
    pub role: Role,
    /// Where they work, the main place first.
    pub situations: Vec<Situation>,
    pub standing: Standing,
    /// Where they are told something, as the directory publishes it.
    pub email: Option<String>,
}

/// As what a person is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    Professional {
        profession: Profession,
        /// Specialty (`SM26`) or pharmacist's section (`A`).
        specialty: Option<String>,
    },
    /// Works at a counter, or steers: sees no content.
    Agent,
    /// Runs the service.
    Administrator,
    /// Reviews emergency accesses, and sees no content.
    Reviewer,
}

/// One place of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Situation {
    pub organisation: StructIdNat,
    pub acting_for: ActingFor,
    /// False when they have left.
    pub active: bool,
}

/// An organisation of the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationEntry {
    pub id: StructIdNat,
    pub name: String,
    pub kind: OrganisationKind,
    pub standing: Standing,
}

/// The directory as it stands now.
#[derive(Default)]
pub struct Directory {
    inner: RwLock<Inner>,
    imported: RwLock<Inner>,
    /// The import is older than it may be.
    stale: AtomicBool,
}

#[derive(Default)]
pub struct Inner {
    persons: BTreeMap<PsIdNat, PersonEntry>,
    organisations: BTreeMap<StructIdNat, OrganisationEntry>,
}

impl Directory {
    pub fn person(&self, id: &PsIdNat) -> Option<PersonEntry> {
        self.read(|inner| inner.persons.get(id).cloned()).or_else(|| {
            let found = self.read_imported(|inner| inner.persons.get(id).cloned())?;
            Some(PersonEntry { standing: self.confirmed(found.standing), ..found })
        })
    }

    pub fn organisation(&self, id: &StructIdNat) -> Option<OrganisationEntry> {
        self.read(|inner| inner.organisations.get(id).cloned()).or_else(|| {
            let found = self.read_imported(|inner| inner.organisations.get(id).cloned())?;
            Some(OrganisationEntry { standing: self.confirmed(found.standing), ..found })
        })
    }

    /// Where an active person is reached.
    pub fn reach(&self, id: &PsIdNat) -> Option<Contacts> {
        let entry = self.person(id).filter(|it| it.standing == Standing::Active)?;
        Some(Contacts { email: Some(entry.email?), ..Contacts::default() })
    }

    /// Adds a person, or replaces what was known of them.
    pub fn put_person(&self, entry: PersonEntry) {
        self.write(|inner| inner.persons.insert(entry.id.clone(), entry));
    }

    /// Adds an organisation, or replaces what was known of it.
    pub fn put_organisation(&self, entry: OrganisationEntry) {
        self.write(|inner| inner.organisations.insert(entry.id.clone(), entry));
    }

    /// Struck off, suspended or retired. False when there is no such person.
    pub fn strike_off(&self, id: &PsIdNat) -> bool {
        self.write(|inner| inner.persons.get_mut(id).map(|it| it.standing = Standing::Ended)).is_some()
    }

    /// Closed. False when there is no such organisation.
    pub fn close(&self, id: &StructIdNat) -> bool {
        self.write(|inner| inner.organisations.get_mut(id).map(|it| it.standing = Standing::Ended)).is_some()
    }

    /// The person no longer works there. False when they did not.
    pub fn leave(&self, person: &PsIdNat, organisation: &StructIdNat) -> bool {
        self.write(|inner| {
            let situations = inner.persons.get_mut(person).map(|it| it.situations.as_mut_slice());
            let mut left = false;
            for situation in situations.unwrap_or_default() {
                if situation.organisation == *organisation && situation.active {
                    situation.active = false;
                    left = true;
                }
            }
            left
        })
    }

    /// What was imported takes the place of what was imported before, whole.
    pub fn replace_imported(&self, inner: Inner) {
        *self.imported.write().unwrap_or_else(PoisonError::into_inner) = inner;
    }

    /// Whether the import is too old to confirm anybody.
    pub fn set_stale(&self, stale: bool) {
        self.stale.store(stale, Ordering::SeqCst);
    }

    /// Nobody is active by an extract that is too old (rules, "deny by default").
    fn confirmed(&self, standing: Standing) -> Standing {
        if standing == Standing::Active && self.stale.load(Ordering::SeqCst) {
            Standing::Unknown
        } else {
            standing
        }
    }

    fn read_imported<T>(&self, look: impl FnOnce(&Inner) -> T) -> T {
        look(&self.imported.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn read<T>(&self, look: impl FnOnce(&Inner) -> T) -> T {
        look(&self.inner.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        change(&mut self.inner.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl From<OrganisationEntry> for Organisation {
    fn from(entry: OrganisationEntry) -> Self {
        Self { id: entry.id, name: entry.name, kind: entry.kind, standing: entry.standing }
    }
}

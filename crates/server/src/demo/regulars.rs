//! Whom the professionals of the town look after: named to them on the page where one looks for a patient, since
//! nobody can know a number of somebody who does not exist.

use model::PsIdNat;
use rehearsal::{Town, Who, WishedRecord};

/// Somebody of the town, and a professional they let in.
pub struct Regular {
    pub professional: PsIdNat,
    pub name: String,
    pub ins: String,
    /// As attending doctor, rather than by an authorisation.
    pub attending: bool,
    documents: usize,
}

/// Those with most to read first.
pub fn regulars(town: &Town) -> Vec<Regular> {
    let mut all: Vec<Regular> = Vec::new();
    for citizen in town.people.iter().filter(|it| it.wished.record == WishedRecord::Open) {
        let attending = citizen.attending.iter().map(|slug| (*slug, true));
        let authorised = citizen.authorised.iter().map(|slug| (*slug, false));
        for (slug, attending) in attending.chain(authorised) {
            if citizen.blocked.contains(&slug) {
                continue;
            }
            let Some(Who::Person { id, .. }) = town.cast.actor(slug).map(|it| &it.who) else { continue };
            all.push(Regular {
                professional: id.clone(),
                name: citizen.patient.shown(),
                ins: citizen.patient.identity.ins.matricule().to_owned(),
                attending,
                documents: citizen.documents,
            });
        }
    }
    all.sort_by_key(|it| std::cmp::Reverse(it.documents));
    all
}

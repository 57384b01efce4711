//! The town's own houses and professionals, after the cast's first eighteen. A few hold a certificate;
//! their colleagues stand in the directory and write documents. The cast's first four doctors keep no
//! relation to anybody.

use model::{ActingFor, OrganisationKind};

use crate::cast::{self, ActorKind, Cast, HouseRow, PersonRow};
use crate::cast::{CITY, GROUP, HOSPITAL, LABORATORY, PHARMACY};

/// Postal code and name of the invented towns: the cast's, and two more.
pub(super) const TOWNS: [(&str, &str); 3] = [CITY, BOURG, VAL];
const BOURG: (&str, &str) = ("29998", "BOURG-IMAGINÉ");
const VAL: (&str, &str) = ("29997", "VAL-SUPPOSÉ");

const CORDERIE: u32 = 201;
const LINDENS: u32 = 202;
const WASH_HOUSE: u32 = 203;
const CLINIC: u32 = 204;
const CARE_HOME: u32 = 205;
const IMAGING: u32 = 206;
const CLOCK_PHARMACY: u32 = 207;
const PHYSIO: u32 = 208;
const MILL_LABORATORY: u32 = 209;

const LABORATORY_KIND: (&str, &str) = ("SA25", "Laboratoire de biologie médicale");
const PHARMACY_KIND: (&str, &str) = ("SA33", "Pharmacie d'officine");
const HEALTH_CENTRE: (&str, &str) = ("SA05", "Centre de santé");
const HEALTH_HOUSE: (&str, &str) = ("SA52", "Maison de santé ou Pôle de santé");

const HOUSES: &[HouseRow] = &[
    (CORDERIE, "Centre de santé de la Corderie (fictif)", OrganisationKind::Practice, HEALTH_CENTRE, CITY),
    (LINDENS, "Maison de santé des Tilleuls (fictive)", OrganisationKind::Practice, HEALTH_HOUSE, BOURG),
    (WASH_HOUSE, "Cabinet médical du Lavoir (fictif)", OrganisationKind::Practice, GROUP, VAL),
    (
        CLINIC,
        "Clinique de l'Anse (fictive)",
        OrganisationKind::Clinic,
        ("SA04", "Etablissement privé non PSPH"),
        CITY,
    ),
    (
        CARE_HOME,
        "EHPAD Les Charmilles (fictif)",
        OrganisationKind::CareHome,
        ("SA17", "Etablissement pour personnes âgées"),
        BOURG,
    ),
    (IMAGING, "Centre d'imagerie du Vallon (fictif)", OrganisationKind::Imaging, GROUP, CITY),
    (CLOCK_PHARMACY, "Pharmacie de l'Horloge (fictive)", OrganisationKind::Pharmacy, PHARMACY_KIND, BOURG),
    (PHYSIO, "Cabinet de kinésithérapie du Halage (fictif)", OrganisationKind::Practice, GROUP, BOURG),
    (MILL_LABORATORY, "Laboratoire du Moulin (fictif)", OrganisationKind::Laboratory, LABORATORY_KIND, BOURG),
];

type Name = (&'static str, &'static str, &'static str);

const fn carer(slug: &'static str, number: u32, name: Name, at: &'static [(u32, ActingFor)]) -> PersonRow {
    PersonRow::new(slug, ActorKind::Professional, number, name, at)
}

macro_rules! at {
    ($house:expr) => {
        &[($house, ActingFor::Care)]
    };
}

const CERTIFIED: &[PersonRow] = &[
    carer("doctor-5", 101, ("Dr", "Ombeline", "CASTREVAL"), at!(CORDERIE)).of("10", Some("SM26")),
    carer("doctor-6", 102, ("Dr", "Fulgence", "BERTHOLANGE"), at!(LINDENS)).of("10", Some("SM54")),
    carer("doctor-7", 103, ("Dr", "Aliénor", "VAUMORELLE"), at!(WASH_HOUSE)).of("10", Some("SM26")),
    carer("doctor-8", 104, ("Dr", "Sidonie", "GRAVELOTTIN"), at!(LINDENS)).of("10", Some("SM40")),
    carer("doctor-9", 105, ("Dr", "Théophane", "ROQUEBESSE"), at!(CARE_HOME)).of("10", Some("SM18")),
    carer("doctor-10", 106, ("Dr", "Apolline", "MERCADREUX"), at!(CLINIC)).of("10", Some("SM04")),
    carer("physio-1", 107, ("", "Tancrède", "OLIVRAC"), at!(PHYSIO)).of("70", None),
];

const CERTIFIED_HOUSES: &[(&str, ActorKind, u32)] = &[
    ("practice-2", ActorKind::Organisation, CORDERIE),
    ("clinic-1", ActorKind::Organisation, CLINIC),
    ("carehome-1", ActorKind::Organisation, CARE_HOME),
    ("imaging-1", ActorKind::Organisation, IMAGING),
    ("pharmacy-1", ActorKind::Organisation, PHARMACY),
    ("pharmacy-2", ActorKind::Organisation, CLOCK_PHARMACY),
    ("laboratory-2", ActorKind::Organisation, MILL_LABORATORY),
];

const COLLEAGUES: &[PersonRow] = &[
    carer("emergency-1", 121, ("Dr", "Wandrille", "PEYROSSAC"), at!(HOSPITAL)).of("10", Some("SM59")),
    carer("internist-1", 122, ("Dr", "Mahaut", "DELVERGNE"), at!(HOSPITAL)).of("10", Some("SM27")),
    carer("hospital-cardiologist-1", 123, ("Dr", "Evrard", "SOULARDIÈRE"), at!(HOSPITAL))
        .of("10", Some("SM04")),
    carer("surgeon-1", 124, ("Dr", "Hildegarde", "MONTFOURCHE"), at!(HOSPITAL)).of("10", Some("SM08")),
    carer("anaesthetist-1", 125, ("Dr", "Isandre", "PLOUGARVEN"), at!(HOSPITAL)).of("10", Some("SM02")),
    carer("oncologist-1", 126, ("Dr", "Victorine", "ESPALUNGUE"), at!(HOSPITAL)).of("10", Some("SM36")),
    carer("obstetrician-1", 127, ("Dr", "Lubin", "CHANTEVERNE"), at!(CLINIC)).of("10", Some("SM20")),
    carer("radiologist-1", 128, ("Dr", "Clotilde", "AUBREVAIN"), at!(IMAGING)).of("10", Some("SM74")),
    carer("diabetologist-1", 129, ("Dr", "Hippolyte", "SANTERLIN"), at!(HOSPITAL)).of("10", Some("SM62")),
    carer("pulmonologist-1", 130, ("Dr", "Roseline", "TRÉVAUDAN"), at!(CLINIC)).of("10", Some("SM41")),
    carer("dermatologist-1", 131, ("Dr", "Ferréol", "MAGNABELLE"), at!(CLINIC)).of("10", Some("SM15")),
    carer("ophthalmologist-1", 132, ("Dr", "Edmée", "LORCANSIN"), at!(CLINIC)).of("10", Some("SM38")),
    carer("biologist-2", 133, ("Dr", "Gontran", "VILLEBREUSE"), at!(MILL_LABORATORY)).of("10", Some("SM03")),
    carer("pharmacist-2", 134, ("", "Amandine", "FOURCHEVIEL"), at!(CLOCK_PHARMACY)).of("21", Some("A")),
    carer("gastroenterologist-1", 140, ("Dr", "Anatole", "BRÉCHEMAIN"), at!(CLINIC)).of("10", Some("SM24")),
    carer("general-surgeon-1", 145, ("Dr", "Léopoldine", "SAUVETERNE"), at!(HOSPITAL)).of("10", Some("SM14")),
    carer("nurse-2", 135, ("", "Capucine", "BRANDELOUP"), at!(CARE_HOME)).of("60", None),
    carer("nurse-3", 136, ("", "Melchior", "GUILVENRAZ"), at!(CORDERIE)).of("60", None),
    carer("podiatrist-1", 137, ("", "Sixtine", "CORBELIÈRE"), at!(CORDERIE)).of("80", None),
    carer("speech-therapist-1", 138, ("", "Philémon", "JARDEGUY"), at!(CORDERIE)).of("91", None),
    carer("dietitian-1", 139, ("", "Garance", "TOUSSEVILLE"), at!(CORDERIE)).of("95", None),
    // four who have nobody: to be searched for, and to be refused
    carer("doctor-11", 141, ("Dr", "Achille", "BRESSUAIRE-NOIR"), at!(WASH_HOUSE)).of("10", Some("SM26")),
    carer("doctor-12", 142, ("Dr", "Radegonde", "PUYSÉGRAL"), at!(CLINIC)).of("10", Some("SM27")),
    carer("doctor-13", 143, ("Dr", "Norbert", "ESCAMPVILLE"), at!(LINDENS)).of("10", Some("SM54")),
    carer("biologist-3", 144, ("Dr", "Yseult", "CADORANGE"), at!(LABORATORY)).of("10", Some("SM03")),
];

/// The first cast, unchanged and in its order, then the town's.
pub(super) fn cast() -> Cast {
    let mut cast = cast::cast();
    cast.houses.extend(HOUSES.iter().filter_map(cast::house));
    cast.actors.extend(CERTIFIED.iter().filter_map(cast::person));
    cast.actors.extend(CERTIFIED_HOUSES.iter().filter_map(cast::certified));
    cast.colleagues.extend(COLLEAGUES.iter().filter_map(cast::person));
    cast
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Actor;
    use crate::cast::Who;

    #[test]
    fn the_first_cast_stands_first_and_nobody_is_lost_or_twice() {
        let (first, town) = (cast::cast(), cast());
        let slugs = |cast: &Cast| cast.actors.iter().map(|it| it.slug).collect::<Vec<_>>();
        assert_eq!(slugs(&town).get(..first.actors.len()).unwrap(), slugs(&first));
        assert_eq!(town.houses.len(), first.houses.len() + HOUSES.len());
        assert_eq!(
            town.actors.len() + town.colleagues.len(),
            first.actors.len() + CERTIFIED.len() + CERTIFIED_HOUSES.len() + COLLEAGUES.len()
        );
        assert!(town.actors.len() <= 36, "each certificate costs a start some time");
        let everybody = || town.actors.iter().chain(&town.colleagues);
        let ids: BTreeSet<_> = everybody().map(Actor::id).collect();
        let distinct: BTreeSet<_> = everybody().map(|it| it.slug).collect();
        assert_eq!((ids.len(), distinct.len()), (everybody().count(), everybody().count()));
        assert!(everybody().all(|it| town.house(it.organisation().unwrap()).is_some()));
    }

    #[test]
    fn at_least_eight_professions_and_every_kind_of_house() {
        let town = cast();
        let professions: BTreeSet<_> = town
            .actors
            .iter()
            .chain(&town.colleagues)
            .filter_map(|it| match &it.who {
                Who::Person { profession, .. } => profession.as_ref().map(|it| it.code.clone()),
                Who::Organisation(_) => None,
            })
            .collect();
        assert!(professions.len() >= 8, "{professions:?}");
        let kinds: BTreeSet<_> = town.houses.iter().map(|it| it.kind).collect();
        assert_eq!(kinds.len(), 11, "every kind of organisation");
    }
}

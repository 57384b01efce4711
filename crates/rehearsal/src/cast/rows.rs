//! The first cast, row by row: houses, people, and which house holds a certificate of its own.

use model::{ActingFor, OrganisationKind};

use super::{ActorKind, HouseRow, PersonRow};

pub(crate) const CITY: (&str, &str) = ("29999", "PORT-FICTIF");
const PUBLIC_HOSPITAL: (&str, &str) = ("SA01", "Etablissement public de santé");
const SINGLE: (&str, &str) = ("SA07", "Cabinet individuel");
pub(crate) const GROUP: (&str, &str) = ("SA08", "Cabinet de groupe");

const SOCIAL_SECURITY: (&str, &str) = ("SA24", "Organisme de sécurité sociale");

pub(crate) const HOSPITAL: u32 = 101;
pub(crate) const LABORATORY: u32 = 102;
const QUAY: u32 = 103;
const MOOR: u32 = 104;
const LIGHTHOUSE: u32 = 105;
pub(crate) const PHARMACY: u32 = 106;
const NURSES: u32 = 107;
const MIDWIFE: u32 = 108;
const DENTIST: u32 = 109;
const REGULATION: u32 = 110;
const FUND: u32 = 111;
const INSURER: u32 = 112;
const COUNTER: u32 = 113;
const STEERING: u32 = 114;

pub(super) const HOUSES: &[HouseRow] = &[
    (HOSPITAL, "Centre hospitalier de Port-Fictif", OrganisationKind::Hospital, PUBLIC_HOSPITAL, CITY),
    (
        LABORATORY,
        "Laboratoire des Deux Rives (fictif)",
        OrganisationKind::Laboratory,
        ("SA25", "Laboratoire de biologie médicale"),
        CITY,
    ),
    (QUAY, "Cabinet médical du Quai (fictif)", OrganisationKind::Practice, SINGLE, CITY),
    (MOOR, "Maison médicale de la Lande (fictive)", OrganisationKind::Practice, GROUP, CITY),
    (LIGHTHOUSE, "Cabinet de cardiologie du Phare (fictif)", OrganisationKind::Practice, SINGLE, CITY),
    (
        PHARMACY,
        "Pharmacie de la Criée (fictive)",
        OrganisationKind::Pharmacy,
        ("SA33", "Pharmacie d'officine"),
        CITY,
    ),
    (NURSES, "Cabinet infirmier des Ajoncs (fictif)", OrganisationKind::Practice, GROUP, CITY),
    (MIDWIFE, "Cabinet de sage-femme des Genêts (fictif)", OrganisationKind::Practice, SINGLE, CITY),
    (DENTIST, "Cabinet dentaire du Môle (fictif)", OrganisationKind::Practice, SINGLE, CITY),
    (REGULATION, "SAMU-Centre 15 de Port-Fictif", OrganisationKind::RegulationCentre, PUBLIC_HOSPITAL, CITY),
    (FUND, "Caisse d'assurance maladie de Port-Fictif", OrganisationKind::Payer, SOCIAL_SECURITY, CITY),
    (INSURER, "Mutuelle des Embruns (fictive)", OrganisationKind::Payer, ("SA23", "Assurance privée"), CITY),
    (COUNTER, "Point d'accueil de Port-Fictif", OrganisationKind::Counter, SOCIAL_SECURITY, CITY),
    (
        STEERING,
        "Délégation au numérique de Port-Fictif",
        OrganisationKind::Ministry,
        ("SA26", "Ministère ou Service déconcentré"),
        CITY,
    ),
];

pub(super) const PERSONS: &[PersonRow] = &[
    PersonRow::new(
        "doctor-1",
        ActorKind::Professional,
        1,
        ("Dr", "Inès", "FABRELAC"),
        &[(QUAY, ActingFor::Care)],
    )
    .of("10", Some("SM26")),
    PersonRow::new(
        "doctor-2",
        ActorKind::Professional,
        2,
        ("Dr", "Anselme", "TOURVIEUX"),
        &[(MOOR, ActingFor::Care), (HOSPITAL, ActingFor::Care)],
    )
    .of("10", Some("SM54")),
    PersonRow::new(
        "doctor-3",
        ActorKind::Professional,
        3,
        ("Dr", "Perrine", "LOCMÉVEL"),
        &[(LIGHTHOUSE, ActingFor::Care)],
    )
    .of("10", Some("SM04")),
    PersonRow::new(
        "doctor-4",
        ActorKind::Professional,
        4,
        ("Dr", "Gauvain", "ROUZERAC"),
        &[(HOSPITAL, ActingFor::Care)],
    )
    .of("10", Some("SM04")),
    PersonRow::new(
        "biologist-1",
        ActorKind::Professional,
        5,
        ("Dr", "Hermine", "SALVAGNOT"),
        &[(LABORATORY, ActingFor::Care)],
    )
    .of("10", Some("SM03")),
    PersonRow::new(
        "pharmacist-1",
        ActorKind::Professional,
        6,
        ("", "Lazare", "QUENOTTE"),
        &[(PHARMACY, ActingFor::Care)],
    )
    .of("21", Some("A")),
    PersonRow::new(
        "nurse-1",
        ActorKind::Professional,
        7,
        ("", "Bérénice", "MALAUZAT"),
        &[(NURSES, ActingFor::Care)],
    )
    .of("60", None),
    PersonRow::new(
        "midwife-1",
        ActorKind::Professional,
        8,
        ("", "Solenn", "PRATMEUR"),
        &[(MIDWIFE, ActingFor::Care)],
    )
    .of("50", None),
    PersonRow::new(
        "dentist-1",
        ActorKind::Professional,
        9,
        ("Dr", "Ulysse", "VERGNOLAT"),
        &[(DENTIST, ActingFor::Care)],
    )
    .of("40", None),
    PersonRow::new(
        "insurer-doctor-1",
        ActorKind::Professional,
        10,
        ("Dr", "Aristide", "COUBLANT"),
        &[(INSURER, ActingFor::Insurer)],
    )
    .of("10", Some("SM26")),
    PersonRow::new(
        "agent-1",
        ActorKind::Agent,
        11,
        ("", "Jocelyne", "ARVIROND"),
        &[(COUNTER, ActingFor::Administration)],
    ),
    // a second one, for what takes two
    PersonRow::new(
        "agent-2",
        ActorKind::Agent,
        94,
        ("", "Basile", "ORVANDEL"),
        &[(COUNTER, ActingFor::Administration)],
    ),
    PersonRow::new(
        "regulator-1",
        ActorKind::Regulator,
        12,
        ("Dr", "Oriane", "KERSTRAT"),
        &[(REGULATION, ActingFor::RegulationCentre)],
    )
    .of("10", Some("SM54")),
    PersonRow::new(
        "steering-1",
        ActorKind::Steering,
        13,
        ("", "Firmin", "DELAPOINTE"),
        &[(STEERING, ActingFor::Administration)],
    ),
    PersonRow::new(
        "administrator-1",
        ActorKind::Administrator,
        91,
        ("", "Maëlle", "KERVOAZEC"),
        &[(STEERING, ActingFor::Administration)],
    ),
    PersonRow::new(
        "administrator-2",
        ActorKind::Administrator,
        92,
        ("", "Aubin", "TREGASTEN"),
        &[(STEERING, ActingFor::Administration)],
    ),
    PersonRow::new(
        "reviewer-1",
        ActorKind::Reviewer,
        93,
        ("", "Solenne", "LANDEMAR"),
        &[(STEERING, ActingFor::Administration)],
    ),
    PersonRow::new(
        "revoked-1",
        ActorKind::Professional,
        14,
        ("Dr", "Barnabé", "OUESSANTIN"),
        &[(QUAY, ActingFor::Care)],
    )
    .of("10", Some("SM26"))
    .revoked(),
];

pub(super) const CERTIFIED_HOUSES: &[(&str, ActorKind, u32)] = &[
    ("hospital-1", ActorKind::Organisation, HOSPITAL),
    ("laboratory-1", ActorKind::Organisation, LABORATORY),
    ("practice-1", ActorKind::Organisation, QUAY),
    ("payer-1", ActorKind::Payer, FUND),
];

//! The town as a whole: who lives there, what is written about them, and that all of it opens and agrees.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use model::{ActingFor, Ins, InsAuthority, Instant, Sex, code};
use rehearsal::{Town, TownDocument, Who, WishedRecord, town::SIZE};

fn now() -> Instant {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

/// Written once for all tests: a debug build takes its time.
static TOWN: LazyLock<Town> = LazyLock::new(|| Town::new(1, SIZE, now()));
static DOCUMENTS: LazyLock<Vec<TownDocument>> = LazyLock::new(|| TOWN.documents().collect());

/// FNV-1a: enough to notice that a byte moved.
fn hash(town: &Town, documents: &[TownDocument]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut take = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    };
    for citizen in &town.people {
        take(citizen.patient.login.as_bytes());
        take(citizen.patient.password.as_bytes());
        take(citizen.patient.identity.ins.canonical().as_bytes());
        take(format!("{:?}{:?}", citizen.attending, citizen.authorised).as_bytes());
    }
    for document in documents {
        take(document.example.unique_id.as_bytes());
        take(document.example.title.as_bytes());
        take(&document.example.bytes);
    }
    hash
}

#[test]
fn one_seed_one_town() {
    let one = hash(&TOWN, &DOCUMENTS);
    let again = Town::new(1, SIZE, now());
    assert_eq!(one, hash(&again, &again.documents().collect::<Vec<_>>()));
    assert_eq!(one, 0x2afd6f709ef35137, "the town changed: if that was meant, write {one:#x}");
    let other = Town::new(2, 20, now());
    let same =
        other.people.iter().zip(&TOWN.people).filter(|(one, two)| one.patient.login == two.patient.login);
    assert_eq!(same.count(), 0, "another seed, other people");
}

#[test]
fn a_census() {
    let town = &*TOWN;
    let today = now().in_paris().date();
    let mut ages = BTreeMap::new();
    for citizen in &town.people {
        let age = (today - citizen.patient.identity.traits.birth_date).get_days() / 365;
        *ages.entry(age / 10 * 10).or_insert(0) += 1;
    }
    let (mut types, mut files, mut bytes, mut depositors) =
        (BTreeMap::new(), BTreeMap::new(), 0, BTreeMap::new());
    let mut written = vec![0_usize; town.people.len()];
    let mut largest = 0;
    for document in &*DOCUMENTS {
        *types.entry(document.example.kind.display.clone().unwrap()).or_insert(0) += 1;
        *files.entry((document.example.media_type, document.example.format.code.clone())).or_insert(0) += 1;
        *depositors.entry(document.example.feeder.organisation).or_insert(0) += 1;
        *written.get_mut(document.citizen).unwrap() += 1;
        bytes += document.example.bytes.len();
        largest = largest.max(document.example.bytes.len());
    }
    let count: usize = written.iter().sum();
    println!("{} people in {} homes, by age: {ages:?}", town.people.len(), homes(town));
    println!("{count} documents, {} bytes each, the largest {largest}", bytes / count);
    types.iter().for_each(|(kind, count)| println!("{count:5} {kind}"));
    println!("{files:#?}\n{depositors:?}");
    let mut sorted = written.clone();
    sorted.sort_unstable();
    println!("documents per person: {sorted:?}");

    assert_eq!(count, town.document_count(), "a document that cannot be written is lost");
    assert!(written.iter().zip(&town.people).all(|(count, citizen)| *count == citizen.documents));
    assert!((SIZE..SIZE + 8).contains(&town.people.len()));
    assert!((1_700..=2_500).contains(&count), "{count}");
    assert!((4_500..=15_000).contains(&(bytes / count)), "{}", bytes / count);
    assert!((12_000..=64_000).contains(&largest), "{largest}");
    assert!(types.len() >= 30, "{} types", types.len());
    assert!(ages.len() >= 10 && ages.values().all(|count| *count >= 1), "people of all ages");
    assert!(ages.keys().any(|age| *age >= 100));
    let at_most = |limit| written.iter().filter(|count| **count <= limit).count();
    assert!((25..=80).contains(&at_most(3)), "{} with three or fewer", at_most(3));
    assert!(
        (4..=20).contains(&(written.len() - at_most(59))),
        "{} with sixty or more",
        written.len() - at_most(59)
    );
    for kind in [
        "11502-2",
        "34112-3",
        "11490-0",
        "57833-6",
        "60593-1",
        "18748-4",
        "87273-9",
        "11369-6",
        "SYNTH",
        "74207-2",
        "89601-9",
        "CERT_DECL",
        "REMB",
        "11488-4",
        "34874-8",
    ] {
        assert!(DOCUMENTS.iter().any(|it| it.example.kind.code == kind), "no {kind}");
    }
}

fn homes(town: &Town) -> usize {
    town.people.iter().map(|citizen| citizen.home).collect::<BTreeSet<_>>().len()
}

#[test]
fn everybody_is_someone_else_and_nobody_anyone_knows() {
    let town = &*TOWN;
    let known = include_str!("public_persons.txt");
    let known: BTreeSet<_> =
        known.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert!(known.len() >= 60);
    let (mut numbers, mut logins, mut phones) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let first: Vec<_> = rehearsal::people();
    for patient in first.iter().chain(town.people.iter().map(|it| &it.patient)) {
        let (ins, traits) = (&patient.identity.ins, &patient.identity.traits);
        assert_eq!(ins.authority(), InsAuthority::Test);
        let number = ins.matricule();
        assert!(Ins::new(InsAuthority::Nir, number).is_ok(), "{}: wrong key", patient.slug);
        assert_eq!(number.get(..1), Some(if traits.sex == Sex::Male { "1" } else { "2" }));
        assert_eq!(number.get(1..5), Some(traits.birth_date.strftime("%y%m").to_string().as_str()));
        assert_eq!(number.get(5..10), Some(traits.birth_place.as_str()));
        assert!(numbers.insert(ins.canonical()) && logins.insert(&patient.login), "{}", patient.slug);
        assert!(phones.insert(&patient.phone), "{}", patient.slug);
        assert!(patient.phone.starts_with("+3363998") && patient.phone.len() == 12);
        assert!(patient.email.ends_with("@example.org") && patient.email.is_ascii(), "{}", patient.slug);
        assert!(patient.password.chars().count() >= 12);
        let names = [Some(&traits.birth_name), traits.used_name.as_ref()];
        for name in names.into_iter().flatten() {
            let full =
                model::person::normalise(&format!("{} {}", traits.first_given.as_str(), name.as_str()));
            assert!(!known.contains(full.as_str()), "{full}");
        }
    }
    for actor in town.cast.actors.iter().chain(&town.cast.colleagues) {
        if let Who::Person { given, family, .. } = &actor.who {
            let full = model::person::normalise(&format!("{given} {family}"));
            assert!(!known.contains(full.as_str()), "{full}");
        }
    }
}

#[test]
fn other_seeds_and_sizes_make_towns_too() {
    for seed in 2..6 {
        let town = Town::new(seed, 10 + 12 * usize::try_from(seed).unwrap(), now());
        let mut ids = BTreeSet::new();
        for document in town.documents() {
            let opened = clinical::check(document.example.media_type, &document.example.bytes);
            assert!(opened.is_ok(), "seed {seed}: {}", document.example.title);
            ids.insert(document.example.unique_id);
        }
        assert_eq!(ids.len(), town.document_count(), "seed {seed}");
        // a person left out would shift the places of all who follow
        let last = town.people.len();
        assert!(
            town.people
                .iter()
                .enumerate()
                .all(|(place, it)| it.patient.slug == format!("citizen-{:03}", place + 1))
        );
        assert!(town.people.iter().flat_map(|it| &it.parents).all(|parent| *parent < last));
    }
    assert!(Town::new(1, 0, now()).people.is_empty());
}

#[test]
fn families_hold_together() {
    let town = &*TOWN;
    let mut of_three_generations = 0;
    for (place, citizen) in town.people.iter().enumerate() {
        let born = citizen.patient.identity.traits.birth_date;
        for parent in &citizen.parents {
            let parent = town.people.get(*parent).unwrap();
            let older = (born - parent.patient.identity.traits.birth_date).get_days() / 365;
            assert!((17..=50).contains(&older), "{older} years between parent and child");
            of_three_generations += usize::from(!parent.parents.is_empty());
        }
        if let Some(partner) = citizen.partner {
            let partner = town.people.get(partner).unwrap();
            assert_eq!((partner.partner, partner.home), (Some(place), citizen.home));
        }
        let minor = born > now().in_paris().date().saturating_sub(jiff::ToSpan::years(18));
        assert!(!minor || !citizen.parents.is_empty(), "a child lives with a parent");
    }
    assert!(of_three_generations > 0, "some children have grandparents in town");
}

#[test]
fn care_follows_from_the_cast_and_four_doctors_have_nobody() {
    let town = &*TOWN;
    let mut related = BTreeSet::new();
    for citizen in &town.people {
        let slugs = citizen.attending.into_iter().chain(citizen.authorised.iter().copied());
        for slug in slugs.chain(citizen.blocked.iter().copied()) {
            let actor =
                town.cast.actors.iter().find(|it| it.slug == slug).expect("an actor with a certificate");
            related.insert(slug);
            if let Who::Person { situations, .. } = &actor.who {
                assert!(situations.iter().all(|it| it.acting_for == ActingFor::Care), "{slug}");
            }
        }
        if let Some(doctor) = citizen.attending {
            let actor = town.cast.actor(doctor).unwrap();
            assert!(
                matches!(&actor.who, Who::Person { profession: Some(it), .. } if it.is_doctor()),
                "{doctor}"
            );
            assert!(!citizen.authorised.contains(&doctor) && !citizen.blocked.contains(&doctor));
        }
    }
    for nobody in ["doctor-1", "doctor-2", "doctor-3", "doctor-4", "hospital-1", "practice-1"] {
        assert!(!related.contains(nobody), "{nobody} is to have no relation");
    }
    let without = town.people.iter().filter(|it| it.attending.is_none()).count();
    assert!((5..=40).contains(&without), "{without} without attending doctor");
}

/// What the feed door asks of each document (rules, W2 and W4).
#[test]
fn every_document_opens_and_says_of_its_patient_what_the_town_says() {
    let town = &*TOWN;
    let mut ids = BTreeSet::new();
    for TownDocument { citizen, example, visibility } in &*DOCUMENTS {
        let title = &example.title;
        let person = town.people.get(*citizen).unwrap();
        assert_ne!(person.wished.record, WishedRecord::None, "{title}: no record to feed");
        assert!(ids.insert(example.unique_id.clone()), "{title}");
        assert!(code::document_type(&example.kind).is_some_and(|it| it.class.is_some()), "{title}");
        assert!(!(visibility.masked && visibility.hidden_from_holder), "{title}");
        assert!(
            example.service_from <= example.service_to.unwrap()
                && example.service_to.unwrap() <= example.written
        );
        assert!(example.written < now(), "{title} is of tomorrow");
        let opened = clinical::check(example.media_type, &example.bytes)
            .unwrap_or_else(|fault| panic!("{title} does not open: {fault}"));
        if let Some(cda) = opened.cda {
            let (ins, traits) = (&person.patient.identity.ins, &person.patient.identity.traits);
            assert!(traits.disagreements(&cda.patient.said_traits()).is_empty(), "{title}");
            assert_eq!(
                (cda.patient.ins.root.as_str(), cda.patient.ins.extension.as_deref()),
                (ins.authority().oid(), Some(ins.matricule())),
                "{title}"
            );
            assert_eq!(cda.id.root, example.unique_id);
            assert_eq!(cda.title.as_deref(), Some(title.as_str()));
            assert_eq!(
                (cda.code.code.as_str(), cda.code.system.as_str()),
                (example.kind.code.as_str(), example.kind.system.as_str())
            );
            let level_1 = cda.template_ids.iter().any(|it| it.root == code::LEVEL_1_TEMPLATE);
            assert_eq!(example.format.code == code::FALLBACK_FORMAT, !level_1, "{title}");
            let author = town.cast.actor(example.feeder.author).unwrap();
            let house = author.organisation().unwrap().to_string();
            let custodian = cda.custodian.ids.first().unwrap();
            assert_eq!(custodian.extension.as_deref(), Some(house.as_str()), "{title}");
        } else {
            assert_eq!(
                (example.media_type, example.format.code.as_str()),
                ("application/pdf", code::FALLBACK_FORMAT)
            );
        }
        let text = String::from_utf8_lossy(&example.bytes);
        let biology = example.kind.code == "11502-2";
        assert!(
            !text.contains('|') && (biology || example.media_type != "text/xml" || !text.contains('[')),
            "{title}: a choice was not made"
        );
        assert!(
            !text.contains('{') || text.contains("{1.73_m2}") || text.contains("{INR}"),
            "{title}: a fact is missing"
        );
    }
}

#[test]
fn each_house_brings_its_own() {
    let town = &*TOWN;
    for TownDocument { citizen, example, .. } in &*DOCUMENTS {
        let title = &example.title;
        let brings = town.cast.actors.iter().find(|it| it.slug == example.feeder.organisation);
        let brings = brings.unwrap_or_else(|| panic!("{title}: nobody with a certificate brings it"));
        let author = town.cast.actor(example.feeder.author).unwrap();
        assert_eq!(brings.organisation(), author.organisation(), "{title}");
        assert!(!brings.revoked, "{title}");
        let payer = example.kind.code == "REMB";
        assert_eq!(payer, example.feeder.organisation == "payer-1", "{title}");
        if example.kind.code == "SYNTH" {
            let attending = town.people.get(*citizen).unwrap().attending;
            assert_eq!(Some(example.feeder.organisation), attending, "{title} is the attending doctor's own");
            assert!(matches!(brings.who, Who::Person { .. }));
        }
        let laboratory = matches!(example.feeder.organisation, "laboratory-1" | "laboratory-2");
        assert_eq!(example.kind.code == "11502-2", laboratory, "{title}");
    }
}

#[test]
fn no_two_documents_of_a_person_bear_one_title_and_they_come_in_time() {
    let town = &*TOWN;
    for citizen in 0..town.people.len() {
        let documents: Vec<_> = DOCUMENTS.iter().filter(|it| it.citizen == citizen).collect();
        let titles: BTreeSet<_> = documents.iter().map(|it| it.example.title.clone()).collect();
        assert_eq!(titles.len(), documents.len());
        assert!(documents.is_sorted_by_key(|it| it.example.written));
    }
}

/// A result in the table, in the entry, and as the next report's former value is one result.
#[test]
fn a_series_of_biology_is_one_story() {
    let town = &*TOWN;
    let mut longest = 0;
    for citizen in 0..town.people.len() {
        let mut before: Option<String> = None;
        let mut length = 0;
        for document in DOCUMENTS.iter().filter(|it| it.citizen == citizen) {
            if !document.example.title.starts_with("Bilan du diabète") {
                continue;
            }
            let text = str::from_utf8(&document.example.bytes).unwrap();
            let (_, row) = text.split_once("<td>HbA1c</td><td>").expect("a row");
            let cells: Vec<_> = row.split("</td>").take(4).map(|cell| cell.replace("<td>", "")).collect();
            let value = cells.first().unwrap().trim_end_matches([' ', '↑', '↓']).to_owned();
            let (_, entry) = text.split_once("code=\"4548-4\"").expect("an entry");
            let (_, entry) = entry.split_once("xsi:type=\"PQ\" value=\"").unwrap();
            assert!(entry.starts_with(&format!("{}\"", value.replace(',', "."))), "{value}");
            if let Some(before) = &before {
                assert!(cells.get(3).unwrap().starts_with(before.as_str()), "{cells:?} after {before}");
            }
            before = Some(value);
            length += 1;
        }
        longest = longest.max(length);
    }
    assert!(longest >= 9, "some are followed over years: {longest}");
}

//! The rules of feeding, below the doors: what contradicts itself or the record stores nothing and is told which
//! element, and what is taken is taken whole (rules, W2 to W5; abuse cases F06 to F09, G06, G10, K08).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use model::code::{FALLBACK_FORMAT, IHE_FORMAT, LOINC, TRE_A03, TRE_A05, TRE_A06};
use model::*;
use record::account::Verdict;
use record::{Content, NewDocument, OpenRequest, RefusalKind, RelatesTo, Signed, Target};

const LEVEL_1: &str = include_str!("../../clinical/tests/fixtures/level-1-pdf.xml");
const LEVEL_3: &str = include_str!("../../clinical/tests/fixtures/level-3.xml");
const SELF_PRESENTING: &str = include_str!("../../clinical/tests/fixtures/self-presenting.xml");
/// The person of the fixtures.
const CAMILLE: &str = "284057127014558";

fn opening_of_camille() -> OpenRequest {
    let name = |text| Name::new(text).unwrap();
    OpenRequest {
        traits: Traits {
            birth_name: name("Essai-Lumière"),
            first_given: name("Camille"),
            given_names: vec![name("Camille"), name("Zoé")],
            used_name: None,
            used_given: None,
            birth_date: "1984-05-17".parse().unwrap(),
            sex: Sex::Female,
            birth_place: BirthPlace::new("71270").unwrap(),
        },
        ..opening(CAMILLE, "ESSAI-LUMIERE")
    }
}

struct Opened {
    node: Node,
    record: RecordId,
    target: Target,
}

fn opened() -> Opened {
    let node = Node::new();
    let opened = node.records.open_record(&node.call(doctor(2)), &opening_of_camille()).unwrap();
    Opened { record: opened.get().record, target: Target::Ins(ins(CAMILLE)), node }
}

/// The bytes as a document whose metadata say what the header says.
fn cda(xml: &str, oid: &str, code: &str, format: (&str, &str), mime: &str) -> NewDocument {
    let mut new = text_document(oid, xml.as_bytes());
    new.description.type_code = coding(LOINC, code);
    new.description.format = coding(format.0, format.1);
    new.description.mime_type = mime.into();
    new
}

const LEVEL_3_OID: &str = "1.2.250.1.999.7.2026.1.2";

fn level_3(xml: &str) -> NewDocument {
    cda(xml, LEVEL_3_OID, "11490-0", (TRE_A06, "urn:asip:ci-sis:ldl-ses:2017"), "text/xml")
}

fn level_1(xml: &str) -> NewDocument {
    cda(xml, "1.2.250.1.999.7.2026.2.1", "34133-9", (IHE_FORMAT, "urn:ihe:iti:xds-sd:pdf:2008"), "text/xml")
}

/// What of a store may not move when a submission is refused (abuse G2): rows, bodies, finders, counters,
/// objects. Lines, heads and the log may.
fn kept(node: &Node) -> Vec<String> {
    let file = node.folder.join("data/records.db");
    let conn =
        rusqlite::Connection::open_with_flags(file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut all = Vec::new();
    for query in [
        "SELECT hex(record) || kind || hex(row) || version || hex(tag) FROM row ORDER BY 1",
        "SELECT hex(record) || hex(row) || version FROM body ORDER BY 1",
        "SELECT space || hex(hash) || hex(record) FROM finder ORDER BY 1",
        "SELECT hex(record) || hex(id) FROM job ORDER BY 1",
        "SELECT name || value FROM counter ORDER BY 1",
    ] {
        let mut statement = conn.prepare(query).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        all.extend(rows.map(Result::unwrap));
    }
    let mut objects: Vec<String> = std::fs::read_dir(node.folder.join("data/objects"))
        .unwrap()
        .flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path().display().to_string())
        .collect();
    objects.sort();
    all.extend(objects);
    all
}

/// Feeds what must be refused, and holds that nothing of it stays but one line.
#[track_caller]
fn refused_whole(node: &Node, caller: Caller, record: RecordId, lot: &record::Submission) -> record::Refusal {
    let (before, lines) = (kept(node), trace(node, Caller::holder(record), record).len());
    let no = refused(node.records.feed(&node.call(caller), lot));
    assert!(kept(node) == before, "something of a refused lot stays: {no:?}");
    let after = trace(node, Caller::holder(record), record);
    // the two readings of the trace are lines themselves
    assert_eq!(after.len(), lines + 2);
    assert_ne!(after[lines + 1].account.verdict, Verdict::Accepted);
    no
}

fn of_camille(set: &str, documents: Vec<NewDocument>) -> record::Submission {
    lot(CAMILLE, set, documents)
}

#[test]
fn a_document_that_contradicts_its_metadata_or_the_record_stores_nothing_and_names_the_element() {
    let Opened { node, record, .. } = opened();
    type Change = fn(&mut NewDocument);
    let metadata: [(Change, &str); 9] = [
        (
            |it| it.description.unique_id = UniqueId::from_urn("urn:oid:1.2.250.1.999.7.2026.1.3").unwrap(),
            "masterIdentifier",
        ),
        (|it| it.description.type_code = coding(LOINC, "11488-4"), "type"),
        (|it| it.description.type_code = coding("1.2.250.1.213.1.1.4.12", "11490-0"), "type"),
        (|it| it.description.format = coding(TRE_A06, "urn:asip:ci-sis:vsm:2012"), "content.format"),
        (|it| it.description.format = coding(IHE_FORMAT, "urn:ihe:iti:xds-sd:pdf:2008"), "content.format"),
        (|it| it.category = Some(coding(TRE_A03, "11")), "category"),
        (|it| it.said.birth_name = Some("AUTRE".into()), "context.sourcePatientInfo"),
        (
            |it| {
                it.visibility = Visibility { masked: true, hidden_from_holder: true, ..Visibility::default() }
            },
            "securityLabel",
        ),
        (
            |it| it.author_organisations = vec![("urn:oid:1.2.250.1.71.4.2.2".into(), "10B0000002".into())],
            "author",
        ),
    ];
    for (change, element) in metadata {
        let mut new = level_3(LEVEL_3);
        change(&mut new);
        let no = refused_whole(&node, hospital(), record, &of_camille("1.2.250.1.999.1", vec![new]));
        let named: Vec<&str> = no.problems.iter().map(|it| it.element.as_str()).collect();
        assert_eq!(named, [format!("Bundle.entry[1].resource.{element}")]);
        assert_eq!(no.kind, RefusalKind::Rule);
    }
    let contents = [
        ("extension=\"284057127014558\"", "extension=\"184057127014587\"", "INS"),
        ("<id root=\"1.2.250.1.213.1.4.10\" extension=\"284057127014558\"/>", "", "no INS"),
        ("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.8", "INS"),
        ("ESSAI-LUMIÈRE", "ESSAI-OMBRE", "birth name"),
        (">CAMILLE</given>\n          <family", ">AXELLE</given>\n          <family", "first given name"),
        ("19840517", "19840518", "date of birth"),
        ("administrativeGenderCode code=\"F\"", "administrativeGenderCode code=\"M\"", "sex"),
        (">71270<", ">71271<", "place of birth"),
    ];
    for (from, to, says) in contents {
        let changed = LEVEL_3.replace(from, to);
        assert_ne!(changed, LEVEL_3, "{from}");
        let no =
            refused_whole(&node, hospital(), record, &of_camille("1.2.250.1.999.1", vec![level_3(&changed)]));
        let told =
            no.problems.iter().any(|it| it.element.ends_with("content.attachment") && it.says.contains(says));
        assert!(told, "{says}: {:?}", no.problems);
        // what is told holds no trait
        for value in ["ESSAI", "LUMI", "OMBRE", "AXELLE", "CAMILLE", "1984", "2840571", "1840571", "7127"] {
            assert!(!no.problems.iter().any(|it| it.says.contains(value)), "{value}: {:?}", no.problems);
        }
    }
    // everything that is wrong is told at once
    let mut new = level_3(&LEVEL_3.replace("284057127014558", "184057127014587"));
    new.category = Some(coding(TRE_A03, "11"));
    let no = refused_whole(&node, hospital(), record, &of_camille("1.2.250.1.999.1", vec![new]));
    assert_eq!(no.problems.len(), 2);
    // and as it is, it is taken
    node.records
        .feed(&node.call(hospital()), &of_camille("1.2.250.1.999.1", vec![level_3(LEVEL_3)]))
        .unwrap();
}

#[test]
fn every_form_of_document_comes_back_byte_for_byte() {
    let Opened { node, record, .. } = opened();
    let presenting_oid = "1.2.250.1.999.7.2026.3.1";
    let mut presenting =
        cda(SELF_PRESENTING, presenting_oid, "11490-0", (TRE_A06, FALLBACK_FORMAT), "application/xslt+xml");
    let header = clinical::check("application/xslt+xml", SELF_PRESENTING.as_bytes()).unwrap().cda.unwrap();
    presenting.description.unique_id =
        UniqueId::from_root(&header.id.root, header.id.extension.as_deref()).unwrap();
    presenting.description.type_code = coding(&header.code.system, &header.code.code);
    let jpeg: &[u8] = include_bytes!("../../clinical/tests/fixtures/square.jpg");
    let mut image = text_document("1.2.250.1.999.50.1", jpeg);
    image.description.mime_type = "image/jpeg".into();
    let large = long_text(600 * 1024);
    let edge = long_text(256 * 1024);
    let documents = vec![
        level_1(LEVEL_1),
        level_3(LEVEL_3),
        presenting,
        image,
        text_document("1.2.250.1.999.50.2", &large),
        text_document("1.2.250.1.999.50.3", &edge),
        text_document("1.2.250.1.999.50.4", b"x"),
    ];
    let sent: Vec<Vec<u8>> = documents.iter().map(whole).collect();
    let fed = node.records.feed(&node.call(hospital()), &of_camille("1.2.250.1.999.50", documents)).unwrap();
    for (id, bytes) in fed.get().documents.iter().zip(sent) {
        assert!(read(&node, Caller::holder(record), record, *id).unwrap() == bytes);
    }
    assert_eq!(kept(&node).iter().filter(|it| it.contains("/objects/")).count(), 1, "one is an object");
    assert_eq!(verify(&node.folder).faults, []);
}

#[test]
fn files_that_do_not_open_are_refused() {
    let Opened { node, record, .. } = opened();
    let cases: [(&str, &[u8]); 7] = [
        ("text/plain", b""),
        ("application/pdf", b""),
        ("text/plain", b"<!DOCTYPE html><html><script>alert(1)</script></html>"),
        ("application/pdf", b"<html></html>"),
        ("text/html", b"<html></html>"),
        ("application/pdf", b"%PDF-1.4 and nothing more"),
        ("text/xml", b"<ClinicalDocument xmlns=\"urn:hl7-org:v3\">"),
    ];
    for (mime, bytes) in cases {
        let mut new = text_document("1.2.250.1.999.60.1", bytes);
        new.description.mime_type = mime.into();
        let no = refused_whole(&node, hospital(), record, &of_camille("1.2.250.1.999.60", vec![new]));
        assert!(no.problems[0].element.starts_with("Bundle.entry[1].resource.content.attachment"), "{no:?}");
    }
}

#[test]
fn a_lot_is_taken_whole_or_not_at_all() {
    let Opened { node, record, .. } = opened();
    let good = |n: u32| text_document(&format!("1.2.250.1.999.70.{n}"), b"bon");
    let large = text_document("1.2.250.1.999.70.9", &long_text(300 * 1024));
    let mut empty = good(4);
    empty.content = Vec::new().into();
    let mut payers = good(5);
    payers.description.type_code = coding(TRE_A05, "REMB");
    let mut replaces_nothing = good(6);
    replaces_nothing.relates =
        vec![(RelationKind::Replaces, RelatesTo::Unique(UniqueId::from_urn("urn:oid:1.2.3").unwrap()))];
    let mut holders = good(7);
    holders.description.type_code = coding(TRE_A05, "DOCPAT01");
    for bad in [empty, payers, replaces_nothing, holders, good(1)] {
        for documents in
            [vec![good(1), large.clone(), bad.clone()], vec![bad.clone(), good(1), large.clone()]]
        {
            let twice = bad.description.unique_id == good(1).description.unique_id;
            let no = refused_whole(&node, hospital(), record, &of_camille("1.2.250.1.999.70", documents));
            if twice {
                assert!(no.problems[0].says.contains("twice"), "{no:?}");
            }
        }
    }
    // the same after a lost race: a replacement that ends a document stays undone with its lot
    let fed =
        node.records.feed(&node.call(hospital()), &of_camille("1.2.250.1.999.71", vec![good(1)])).unwrap();
    let first = fed.get().documents[0];
    let mut replacing = good(2);
    replacing.relates = vec![(RelationKind::Replaces, RelatesTo::Entry(record, first))];
    let mut again = good(3);
    again.relates.clone_from(&replacing.relates);
    let lot = of_camille("1.2.250.1.999.72", vec![replacing, again]);
    let no = refused_whole(&node, hospital(), record, &lot);
    assert_eq!(no.problems[0].element, "Bundle.entry[1].resource.relatesTo");
}

#[test]
fn a_type_nobody_knows_enters_as_another_document() {
    let Opened { node, record, target } = opened();
    let mut unknown = text_document("1.2.250.1.999.80.1", b"inconnu");
    unknown.description.type_code = coding("1.2.3.4", "XYZ");
    unknown.category = Some(coding(TRE_A03, "10"));
    node.records.feed(&node.call(hospital()), &of_camille("1.2.250.1.999.80", vec![unknown])).unwrap();
    let entries = found(&node, Caller::holder(record), &target);
    assert_eq!(entries[0].class, ClassCode::Other);
}

#[test]
fn each_origin_feeds_its_own() {
    let Opened { node, record, target } = opened();
    let of_type = |oid: &str, system: &str, code: &str| {
        let mut new = text_document(oid, b"contenu");
        new.description.type_code = coding(system, code);
        of_camille(&format!("{oid}.1"), vec![new])
    };
    let reimbursement = model::code::document_types()
        .into_iter()
        .find(|it| it.class == Some(ClassCode::Reimbursement))
        .expect("a type of class 60");
    let lot = of_type("1.2.250.1.999.90.1", reimbursement.system, reimbursement.code);
    refused_whole(&node, hospital(), record, &lot);
    node.records.feed(&node.call(payer()), &lot).unwrap();
    refused_whole(&node, payer(), record, &of_type("1.2.250.1.999.90.2", LOINC, "11488-4"));

    // a VSM: the attending doctor at the feed door, once the holder has confirmed
    let vsm = of_type("1.2.250.1.999.90.3", TRE_A05, "SYNTH");
    refused_whole(&node, hospital(), record, &vsm);
    refused_whole(&node, feeding(&doctor(0)), record, &vsm);
    node.records.declare_attending(&node.call(doctor(0)), &target, &id_of(0)).unwrap();
    refused_whole(&node, feeding(&doctor(0)), record, &vsm);
    node.records.confirm_attending(&node.call(Caller::holder(record)), &target, &id_of(0)).unwrap();
    node.records.feed(&node.call(feeding(&doctor(0))), &vsm).unwrap();
    node.records.end_attending(&node.call(Caller::holder(record)), &target, &id_of(0)).unwrap();
    refused_whole(&node, feeding(&doctor(0)), record, &of_type("1.2.250.1.999.90.4", TRE_A05, "SYNTH"));
}

fn replacement(oid: &str, target: RelatesTo) -> NewDocument {
    let mut new = text_document(oid, b"remplace");
    new.relates = vec![(RelationKind::Replaces, target)];
    new
}

#[test]
fn only_the_depositor_replaces_and_the_masks_unite() {
    let Opened { node, record, target } = opened();
    let oid = |n: u32| format!("1.2.250.1.999.100.{n}");
    let unique = |n: u32| RelatesTo::Unique(UniqueId::from_urn(&format!("urn:oid:{}", oid(n))).unwrap());
    let feed = |caller: Caller, set: u32, new: NewDocument| {
        node.records
            .feed(&node.call(caller), &of_camille(&oid(set), vec![new]))
            .unwrap()
            .into_inner()
            .documents[0]
    };
    let first = feed(feeding(&doctor(0)), 900, text_document(&oid(1), b"premier"));
    // a stranger and a colleague of the same house: neither is the depositor
    let colleague = Caller { door: Door::Feed, ..professional(DOCTORS[1], "10", Some("SM26"), "10B0000002") };
    for (n, stranger) in [hospital(), colleague].into_iter().enumerate() {
        let lot = of_camille(&oid(910), vec![replacement(&oid(10 + n as u32), unique(1))]);
        let no = refused_whole(&node, stranger.clone(), record, &lot);
        let absent = of_camille(&oid(911), vec![replacement(&oid(20 + n as u32), unique(77))]);
        let nothing = refused_whole(&node, stranger, record, &absent);
        assert_eq!(
            (no.kind, no.problems),
            (nothing.kind, nothing.problems),
            "told apart from what is not there"
        );
    }
    // the holder masks it; what replaces it is as masked, and the old one ends
    node.records.mask(&node.call(Caller::holder(record)), record, first).unwrap();
    let mut second = replacement(&oid(2), unique(1));
    second.visibility.hidden_from_representatives = true;
    let second = feed(feeding(&doctor(0)), 920, second);
    let entries = found(&node, Caller::holder(record), &target);
    let by_id = |id: EntryId| entries.iter().find(|it| it.logical_id == id).unwrap();
    assert!(matches!(by_id(first).status, DocumentStatus::Deprecated { by, .. } if by == second));
    let visibility = by_id(second).visibility;
    assert!(visibility.masked && visibility.hidden_from_representatives && !visibility.hidden_from_holder);
    assert!(!by_id(first).visibility.hidden_from_representatives);
    // what is replaced is not replaced again
    refused_whole(
        &node,
        feeding(&doctor(0)),
        record,
        &of_camille(&oid(930), vec![replacement(&oid(3), unique(1))]),
    );
    // the organisation's certificate manages what it fed, and a person of it does not
    feed(hospital(), 940, text_document(&oid(4), b"quatre"));
    let of_hospital =
        Caller { door: Door::Feed, ..professional(DOCTORS[1], "10", Some("SM26"), "10B0000001") };
    refused_whole(&node, of_hospital, record, &of_camille(&oid(950), vec![replacement(&oid(5), unique(4))]));
    feed(hospital(), 960, replacement(&oid(5), unique(4)));
    assert_eq!(verify(&node.folder).faults, []);
}

#[test]
fn a_replacement_is_hidden_from_the_holder_only_while_its_predecessor_is() {
    let Opened { node, record, target } = opened();
    let oid = |n: u32| format!("1.2.250.1.999.110.{n}");
    let unique = |n: u32| RelatesTo::Unique(UniqueId::from_urn(&format!("urn:oid:{}", oid(n))).unwrap());
    let feed = |set: u32, new: NewDocument| {
        node.records.feed(&node.call(hospital()), &of_camille(&oid(set), vec![new])).unwrap();
    };
    let seen = || found(&node, Caller::holder(record), &target).len();
    let days = |days: i64| node.advance(jiff::SignedDuration::from_hours(24 * days));
    let mut hidden = text_document(&oid(1), b"grave");
    hidden.visibility.hidden_from_holder = true;
    feed(900, hidden);
    days(20);
    // both hidden, from the first's instant on, whatever the second asks for
    let mut second = replacement(&oid(2), unique(1));
    second.visibility.hidden_from_holder = false;
    feed(901, second);
    assert_eq!(seen(), 0);
    days(11);
    assert_eq!(seen(), 2);
    // and no replacement brings the hiding back
    let mut third = replacement(&oid(3), unique(2));
    third.visibility.hidden_from_holder = true;
    feed(902, third);
    assert_eq!(seen(), 3);
    // masked and hidden do not combine by way of a replacement either (EX_2.1-1050)
    let mut hidden = text_document(&oid(4), b"grave");
    hidden.visibility.hidden_from_holder = true;
    feed(903, hidden);
    let mut masked = replacement(&oid(5), unique(4));
    masked.visibility.masked = true;
    let before = kept(&node);
    let no = refused(node.records.feed(&node.call(hospital()), &of_camille(&oid(904), vec![masked])));
    assert_eq!((no.kind, no.rules), (RefusalKind::Rule, vec![policy::Rule::W9]));
    assert!(kept(&node) == before);
}

#[test]
fn a_collision_of_unique_ids_is_told_to_the_first_depositor_alone() {
    let Opened { node, record, .. } = opened();
    let request = opening(PATIENT, "LACOMBE-TEST");
    node.records.open_record(&node.call(doctor(2)), &request).unwrap();
    let document = || text_document("1.2.250.1.999.120.1", b"un");
    node.records.feed(&node.call(hospital()), &of_camille("1.2.250.1.999.120", vec![document()])).unwrap();

    let mine = refused_whole(&node, hospital(), record, &of_camille("1.2.250.1.999.121", vec![document()]));
    assert_eq!(
        (mine.kind, mine.problems[0].element.as_str()),
        (RefusalKind::Conflict, "Bundle.entry[1].resource.masterIdentifier")
    );
    let theirs =
        refused_whole(&node, feeding(&doctor(0)), record, &of_camille("1.2.250.1.999.122", vec![document()]));
    assert_eq!(theirs.kind, RefusalKind::Rule);
    // in another's record: the same words, whoever feeds, and nothing of whose it is
    let before = kept(&node);
    let elsewhere = lot(PATIENT, "1.2.250.1.999.123", vec![document()]);
    let no = refused(node.records.feed(&node.call(feeding(&doctor(0))), &elsewhere));
    assert_eq!((no.kind, no.problems), (theirs.kind, theirs.problems));
    assert!(kept(&node) == before);
}

#[test]
fn closed_absent_and_unentitled_answer_alike() {
    let Opened { node, record, .. } = opened();
    let document = || vec![text_document("1.2.250.1.999.130.1", b"un")];
    let absent =
        refused(node.records.feed(&node.call(hospital()), &lot(PATIENT, "1.2.250.1.999.130", document())));
    assert_eq!((absent.kind, absent.problems.len()), (RefusalKind::Denied, 0));
    let named = record::Submission {
        record: Some(RecordId::from_bytes([9; 16])),
        ..of_camille("1.2.250.1.999.130", document())
    };
    let mismatched = refused_whole(&node, hospital(), record, &named);
    assert_eq!((mismatched.kind, mismatched.problems.len()), (RefusalKind::Denied, 0));
    // struck off: no, even for the answer to what was fed before, and no word about traits
    node.records.feed(&node.call(hospital()), &of_camille("1.2.250.1.999.131", document())).unwrap();
    let mut gone = hospital();
    if let Fact::Proved(house) = &mut gone.organisation {
        house.standing = Standing::Ended;
    }
    let mut wrong = document();
    wrong[0].said.birth_name = Some("AUTRE".into());
    for documents in [document(), wrong] {
        let no = refused_whole(&node, gone.clone(), record, &of_camille("1.2.250.1.999.131", documents));
        assert_eq!((no.kind, no.problems.len()), (RefusalKind::Denied, 0));
    }
}

#[test]
fn a_lot_s_signature_stays_with_it_and_the_old_ones_are_counted() {
    let Opened { node, .. } = opened();
    let feed = |set: &str, document: &str, signed: Option<Signed>| {
        let lot = of_camille(set, vec![text_document(document, b"un")]);
        node.records.feed_signed(&node.call(hospital()), &lot, signed.as_ref()).unwrap();
    };
    let signed = |is_legacy| Some(Signed { bytes: b"<ds:Signature/>".to_vec(), is_legacy });
    let kept = || {
        let db = rusqlite::Connection::open(node.folder.join("data/records.db")).unwrap();
        let count = "SELECT count(*) FROM row WHERE kind = ?1";
        db.query_row(count, [RowKind::Document.number()], |row| row.get::<_, i64>(0)).unwrap()
    };
    let legacy = || {
        let administrator = Agent {
            id: DOCTORS[1].parse().unwrap(),
            name: "Administratrice".into(),
            standing: Standing::Active,
        };
        let administrator = Caller {
            strength: Strength::Certificate,
            person: Fact::Proved(Person::Administrator(administrator)),
            ..Caller::nobody(Door::Steer)
        };
        node.records.service_figures(&node.call(administrator)).unwrap().into_inner().legacy_signatures
    };
    feed("1.2.250.1.999.140", "1.2.250.1.999.140.1", None);
    assert_eq!((kept(), legacy()), (0, 0));
    feed("1.2.250.1.999.141", "1.2.250.1.999.141.1", signed(false));
    assert_eq!((kept(), legacy()), (1, 0));
    feed("1.2.250.1.999.142", "1.2.250.1.999.142.1", signed(true));
    feed("1.2.250.1.999.142", "1.2.250.1.999.142.1", signed(true));
    assert_eq!((kept(), legacy()), (2, 1), "the same lot again is no other");
    assert!(node.verify().faults.is_empty());
    // what lies there is read again like everything else
    let db = rusqlite::Connection::open(node.folder.join("data/records.db")).unwrap();
    let spoil = "UPDATE row SET sealed = zeroblob(length(sealed)) WHERE kind = ?1";
    db.execute(spoil, [RowKind::Document.number()]).unwrap();
    assert_eq!(node.verify().faults.len(), 2);
}

fn whole(new: &NewDocument) -> Vec<u8> {
    match &new.content {
        Content::Whole(bytes) => bytes.clone(),
        _ => panic!("not in memory"),
    }
}

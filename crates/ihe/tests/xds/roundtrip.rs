//! What is read is what was written: entries through an answer and back, associations, ebRIM itself.

use ihe::ebrim::{
    Classification, ExternalIdentifier, InternationalString, Item, Kind, Limits, LocalizedString,
    RegistryObject, RegistryObjectList, Slot,
};
use ihe::xds::iti18::{self, Ids, Query, Returns, Visible};
use ihe::xds::iti57::{self, Update};
use ihe::xds::{Context, unique_id, write_unique_id};
use model::{
    Author, Coding, Confidentiality, DocumentEntry, ReferenceId, Sex, SourcePatient, UniqueId, Visibility,
};
use proptest::prelude::*;
use xml::{Document, Writer};

use crate::fixtures::*;

fn word() -> impl Strategy<Value = String> {
    "[^\\p{C}\\p{Z}]{1,8}"
}

fn words() -> impl Strategy<Value = String> {
    (word(), prop::option::of(word())).prop_map(|(one, other)| match other {
        Some(other) => format!("{one} {other}"),
        None => one,
    })
}

fn pair() -> impl Strategy<Value = (String, String)> {
    ("urn:oid:1\\.2\\.[1-9]{1,9}|https://[a-z]{1,9}\\.example", "[A-Za-z0-9/-]{1,20}")
}

fn coding() -> impl Strategy<Value = Coding> {
    ("1\\.2\\.[1-9]{1,9}", "[A-Za-z0-9:/-]{1,20}", words())
        .prop_map(|(system, code, display)| Coding::new(&system, &code, Some(&display)).unwrap())
}

fn author() -> impl Strategy<Value = Author> {
    let names = (prop::option::of(pair()), words(), prop::option::of(words()), prop::option::of(words()));
    let work = (
        prop::option::of(coding()),
        prop::option::of(coding()),
        prop::option::of(pair()),
        prop::option::of(words()),
    );
    (names, work, 0..3_u8).prop_map(
        |((id, family, given, prefix), (role, specialty, organisation_id, organisation_name), kind)| {
            let work = Author { role, specialty, organisation_id, organisation_name, ..Author::default() };
            match kind {
                0 => Author { device: Some(family), person_id: id, ..work },
                1 => Author {
                    person_id: Some(("urn:oid:1.2.250.1.213.1.4.10".into(), MATRICULE.into())),
                    family: Some(family),
                    given,
                    prefix,
                    is_patient: true,
                    ..work
                },
                _ => Author { person_id: id, family: Some(family), given, prefix, ..work },
            }
        },
    )
}

fn source_patient() -> impl Strategy<Value = SourcePatient> {
    let ids = prop::collection::vec(("urn:oid:1\\.2\\.[1-9]{1,9}", "[A-Za-z0-9/-]{1,20}"), 1..3);
    (ids, words(), prop::collection::vec(word(), 1..4), 1..28_i8, prop::option::of(0..3_u8)).prop_map(
        |(mut ids, family, given, day, sex)| {
            ids.dedup();
            SourcePatient {
                ids,
                family: Some(family),
                given,
                birth_date: Some(jiff::civil::date(1990, 2, day)),
                sex: sex.map(|it| [Sex::Female, Sex::Male, Sex::Unknown][usize::from(it)]),
            }
        },
    )
}

fn unique() -> impl Strategy<Value = UniqueId> {
    prop_oneof![
        "1\\.2\\.[1-9]{1,9}".prop_map(|it| UniqueId::from_root(&it, None).unwrap()),
        ("1\\.2\\.[1-9]{1,9}", "[A-Za-z0-9_.-]{1,16}").prop_map(|(root, it)| UniqueId::from_root(
            &root,
            Some(&it)
        )
        .unwrap()),
        any::<[u8; 16]>().prop_map(|it| UniqueId::from_urn(&model::EntryId::from_bytes(it).urn()).unwrap()),
    ]
}

fn entry() -> impl Strategy<Value = DocumentEntry> {
    let people = (prop::collection::vec(author(), 1..3), prop::option::of(author()), source_patient());
    let codes =
        (coding(), coding(), coding(), prop::collection::vec(coding(), 0..3), 0..3_u8, any::<[bool; 3]>());
    let reference = (word(), prop::option::of("urn:oid:1\\.2\\.[1-9]{1,9}"), "[A-Za-z0-9]{1,9}")
        .prop_map(|(kind, system, value)| ReferenceId { kind, system, value });
    let rest = (
        unique(),
        words(),
        prop::option::of(words()),
        0..2_000_000_000_i64,
        prop::option::of(0..9_999_i64),
        prop::collection::vec(reference, 0..3),
        any::<[u8; 20]>(),
        any::<u64>(),
    );
    (people, codes, rest).prop_map(
        |(
            (authors, authenticator, source),
            (format, facility, setting, events, level, seen),
            (unique_id, title, comments, at, stop, references, hash, size),
        )| {
            let mut entry = held(1);
            let it = &mut entry.description;
            // an authenticator is a person alone
            let authenticator = authenticator.map(|it| Author {
                role: None,
                specialty: None,
                organisation_id: None,
                organisation_name: None,
                ..it
            });
            (it.authors, it.authenticator, it.source_patient) = (authors, authenticator, source);
            (it.format, it.facility_type, it.practice_setting, it.events) =
                (format, facility, setting, events);
            it.confidentiality =
                [Confidentiality::Normal, Confidentiality::Restricted, Confidentiality::VeryRestricted]
                    [usize::from(level)];
            (it.unique_id, it.title, it.comments) = (unique_id, title, comments);
            let second = |at| jiff::Timestamp::from_second(at).unwrap();
            (it.created, it.service_start, it.service_stop) =
                (second(at), second(at / 2), stop.map(|it| second(at / 2 + it)));
            (it.references, it.hash, it.size) = (references, hash, size);
            entry.visibility = Visibility {
                masked: seen[0],
                hidden_from_holder: seen[1],
                hidden_from_representatives: seen[2],
            };
            entry.id = entry_id(2);
            entry.version = 2;
            entry
        },
    )
}

proptest! {
    #[test]
    fn an_entry_reads_as_it_was_written(entry in entry()) {
        let (ins, repository) = (ins(), repository());
        let context = Context { ins: &ins, repository: &repository };
        let query = Query::GetDocuments(Ids::Entry(vec![entry.id]));
        let found = query.select(Visible { entries: std::slice::from_ref(&entry), sets: &[] });
        let text = iti18::answer(&found, Returns::LeafClass, &context, &[]).unwrap();
        let start = text.find("<rim:ExtrinsicObject").unwrap();
        let object = &text[start..text.find("</rim:RegistryObjectList>").unwrap()];
        let slots = format!("{}{}", slot("SubmissionSetStatus", &["Original"]), slot("PreviousVersion", &["1"]));
        let member = association("urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember", "Set01", &entry.id.urn(), &slots);
        let request = submit(&format!("{}{object}{member}", set()));
        let request = iti57::decode(&parse(&request).root()).unwrap_or_else(|it| panic!("{it}"));
        let [Update::Metadata { entry: draft, logical_id, .. }] = request.updates.as_slice() else { panic!() };
        prop_assert!(request.notes.is_empty());
        prop_assert_eq!(*logical_id, entry.logical_id);
        prop_assert_eq!(draft.version, Some(entry.version));
        prop_assert_eq!(draft.visibility, entry.visibility);
        prop_assert_eq!(&draft.patient, &ins);
        prop_assert_eq!(draft.repository.as_ref(), Some(&repository));
        let said = draft.described.clone().as_said().unwrap_or_else(|it| panic!("{it}"));
        let mut expected = entry.description.clone();
        // a code without display is written with itself as its name, which the schema wants
        let named = |it: &mut Coding| { it.display.get_or_insert_with(|| it.code.clone()); };
        named(&mut expected.type_code);
        prop_assert!(said == expected, "{}", diff(&said, &expected));
    }

    #[test]
    fn unique_ids_read_as_written(id in unique()) {
        prop_assert_eq!(unique_id(&write_unique_id(&id)), Some(id.clone()));
        prop_assert_eq!(unique_id(&id.to_string()), Some(id));
    }

    #[test]
    fn ebrim_reads_as_written(list in list()) {
        let mut out = Writer::new();
        list.write(&mut out);
        let text = out.finish().unwrap();
        let document = Document::parse(text.as_bytes(), &xml::Limits::default()).unwrap();
        let read = RegistryObjectList::read(&document.root(), &Limits::default());
        prop_assert!(read.as_ref() == Ok(&list), "{text}");
    }
}

/// Which of the two descriptions' attributes differ; values are synthetic here.
fn diff(one: &model::Description, other: &model::Description) -> String {
    let (one, other) = (serde_json::to_value(one).unwrap(), serde_json::to_value(other).unwrap());
    let fields = one.as_object().unwrap().iter().filter(|(name, value)| other.get(*name) != Some(*value));
    fields.map(|(name, value)| format!("{name}: {value} / {:?}\n", other.get(name))).collect()
}

fn text() -> impl Strategy<Value = InternationalString> {
    let one = (prop::option::of("[a-z]{2}(-[A-Z]{2})?"), "\\PC{0,20}")
        .prop_map(|(lang, value)| LocalizedString { lang, value });
    prop::collection::vec(one, 0..3).prop_map(InternationalString)
}

fn slots() -> impl Strategy<Value = Vec<Slot>> {
    let values = prop::collection::vec(words(), 0..3);
    prop::collection::vec(values, 0..3).prop_map(|all| {
        all.into_iter()
            .enumerate()
            .map(|(place, values)| Slot { name: format!("slot{place}"), values })
            .collect()
    })
}

fn classification() -> impl Strategy<Value = Classification> {
    (prop::option::of(word()), word(), any::<bool>(), prop::option::of(words()), slots(), text()).prop_map(
        |(id, it, by_node, node_representation, slots, name)| Classification {
            id,
            scheme: (!by_node).then(|| it.clone()),
            node: by_node.then_some(it),
            classified_object: None,
            node_representation,
            slots,
            name,
        },
    )
}

fn object() -> impl Strategy<Value = RegistryObject> {
    let kind = prop_oneof![
        (prop::option::of(words()), any::<bool>())
            .prop_map(|(mime_type, is_opaque)| Kind::ExtrinsicObject { mime_type, is_opaque }),
        Just(Kind::RegistryPackage),
        (word(), word(), word()).prop_map(|(kind, source, target)| Kind::Association {
            kind,
            source,
            target
        }),
    ];
    let identifier =
        (prop::option::of(word()), word(), words(), text()).prop_map(|(id, scheme, value, name)| {
            ExternalIdentifier { id, scheme, registry_object: None, value, name }
        });
    let attributes = (
        prop::option::of(word()),
        prop::option::of(word()),
        prop::option::of(word()),
        prop::option::of(word()),
    );
    (
        kind,
        attributes,
        slots(),
        text(),
        text(),
        prop::collection::vec(classification(), 0..3),
        prop::collection::vec(identifier, 0..3),
    )
        .prop_map(
            |(
                kind,
                (lid, status, version, object_type),
                slots,
                name,
                description,
                classifications,
                identifiers,
            )| RegistryObject {
                kind,
                id: String::new(),
                lid,
                home: None,
                object_type,
                status,
                version,
                slots,
                name,
                description,
                classifications,
                identifiers,
            },
        )
}

fn list() -> impl Strategy<Value = RegistryObjectList> {
    prop::collection::vec(object(), 0..4).prop_map(|objects| {
        let with_ids = objects
            .into_iter()
            .enumerate()
            .map(|(place, it)| Item::Object(Box::new(RegistryObject { id: format!("id{place}"), ..it })));
        RegistryObjectList(with_ids.chain([Item::ObjectRef { id: "urn:x".into() }]).collect())
    })
}

#[test]
fn nothing_prints_what_it_holds() {
    let object = RegistryObject::new(Kind::RegistryPackage, "SECRET");
    assert!(!format!("{object:?} {:?}", Slot::one("SECRET", "SECRET")).contains("SECRET"));
}

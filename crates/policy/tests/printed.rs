//! The decisions and the matrix of habilitation, printed as tables anybody can read, and compared with the
//! files beside this test. A change of any cell shows in the difference of those files.
//! `UPDATE_SNAPSHOTS=1 cargo test -p policy --test printed` writes them again.

#![allow(clippy::unwrap_used, clippy::panic)]

mod scene;

use std::collections::BTreeMap;
use std::fmt::Write;

use model::code::{class_of, document_types};
use model::{Act, Caller, Coding, DocumentFacts, Door, Purpose, RecordFacts, SignedForm};
use policy::{Policy, Reading, Rule, rules};
use scene::*;

#[track_caller]
fn same_as_file(name: &str, text: &str) {
    let path = format!("{}/tests/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = known.lines().zip(text.lines()).position(|(old, new)| old != new);
    assert!(
        known == text,
        "tests/{name} is not what the rules say (first difference: line {}); \
         if the change is meant, UPDATE_SNAPSHOTS=1 writes the file again",
        differs.map_or(known.lines().count().min(text.lines().count()), |line| line) + 1
    );
}

/// Somebody who asks, for what purpose, with or without a form.
struct Asker {
    name: String,
    caller: Caller,
    purpose: Purpose,
    form: Option<SignedForm>,
}

fn askers() -> Vec<Asker> {
    let plain = |(name, caller): (&str, Caller)| Asker {
        name: name.into(),
        caller,
        purpose: Purpose::Normal,
        form: None,
    };
    let mut all: Vec<Asker> = callers().into_iter().map(plain).collect();
    let in_session = but(doctor(), |it| it.session = session());
    all.push(Asker {
        purpose: Purpose::BreakGlass { reason: "essai".into() },
        ..plain(("doctor, in a session, breaking the glass", in_session))
    });
    all.push(Asker {
        purpose: Purpose::Regulation,
        ..plain(("doctor of a regulation centre, regulating", regulator()))
    });
    let counter = Caller { door: Door::Portal, ..agent() };
    all.push(Asker {
        form: Some(SignedForm::WithCode),
        ..plain(("agent at the counter, with the holder's signed form", counter))
    });
    all
}

fn scene(asker: &Asker, record: &RecordFacts, act: Act) -> Scene {
    let about = if matches!(act, Act::Block | Act::HandOver) { NURSE } else { DOCTOR };
    let scene = Scene::new(asker.caller.clone(), record.clone()).about(about);
    Scene { purpose: asker.purpose.clone(), ..scene }.asking(|it| it.form = asker.form)
}

/// `yes`, or every rule that refuses.
fn cell(scene: &Scene, policy: &Policy, act: Act) -> String {
    let decision = scene.decide(policy, act);
    if decision.is_allowed() {
        return "yes".into();
    }
    decision.refused_by.iter().map(Rule::to_string).collect::<Vec<_>>().join("+")
}

/// The cells of one asker: for each verdict, in which situations.
fn told(cells: &[String]) -> String {
    let mut by_verdict: BTreeMap<(bool, &str), Vec<usize>> = BTreeMap::new();
    for (place, verdict) in cells.iter().enumerate() {
        by_verdict.entry((verdict != "yes", verdict)).or_default().push(place + 1);
    }
    let only = by_verdict.len() == 1;
    let parts = by_verdict.into_iter().map(|((_, verdict), places)| match only {
        true => format!("{verdict} always"),
        false => format!("{verdict} in {}", runs(&places)),
    });
    parts.collect::<Vec<_>>().join("; ")
}

/// `1-3 5`
fn runs(places: &[usize]) -> String {
    let mut text = String::new();
    let mut start = 0;
    for (at, place) in places.iter().enumerate() {
        let last = places.get(at + 1) != Some(&(place + 1));
        if last {
            let first = places[start];
            let range = if first == *place { format!("{first}") } else { format!("{first}-{place}") };
            text.push_str(if text.is_empty() { "" } else { " " });
            text.push_str(&range);
            start = at + 1;
        }
    }
    text
}

/// Askers who are answered alike stand together: who is given something first.
fn grouped(text: &mut String, rows: Vec<(String, String)>) {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (name, answer) in rows {
        match groups.iter_mut().find(|(known, _)| *known == answer) {
            Some((_, names)) => names.push(name),
            None => groups.push((answer, vec![name])),
        }
    }
    groups.sort_by_key(|(answer, _)| !answer.starts_with("yes"));
    for (answer, names) in groups {
        writeln!(text, "  {answer}\n      {}", names.join(" / ")).unwrap();
    }
}

fn printed(policy: &Policy) -> String {
    let mut text = format!(
        "Who may do what: every decision of the profile {}, printed.\n\n\
         Under each act stand the answers, and under each answer those who get it; who is given something comes\n\
         first. \"yes in 1 3\" = allowed in the situations 1 and 3; \"A13 in 5\" = refused there, by rule A13; every\n\
         rule that refuses is named. Acts on the record are printed by the state of the record (R); acts on\n\
         documents by the document (D), in the state of the record in which the asker may do that most without\n\
         being, or reading as, the attending doctor, and then by the state of the record, with the document for\n\
         which they may do it most. Requests lack nothing: consent, proofs, approvals, agreement are there; forms\n\
         only where it is said. \"The doctor\" is always the same person, whom rights are about (blocks and\n\
         hand-over: the nurse); \"the hospital\" is always the same house.\n\n",
        policy.profile.name
    );
    for rule in rules().chain([Rule::Default]) {
        writeln!(text, "{:4} {}", rule.number(), rule.words_en()).unwrap();
    }
    let (records, documents) = (records(), documents());
    let documents: Vec<_> = documents.into_iter().filter_map(|(what, it)| Some((what, it?))).collect();
    text.push_str("\nStates of the record (R)\n");
    for (place, (state, _)) in records.iter().enumerate() {
        writeln!(text, "{:4} {state}", place + 1).unwrap();
    }
    text.push_str("\nDocuments (D)\n");
    for (place, (what, _)) in documents.iter().enumerate() {
        writeln!(text, "{:4} {what}", place + 1).unwrap();
    }
    let askers = askers();
    for act in Act::ALL {
        let title = act.to_string().replace('_', " ");
        write!(text, "\n{}\n{}\n", title, "=".repeat(title.len())).unwrap();
        let by_record = |asker: &Asker, document: Option<&DocumentFacts>| -> Vec<String> {
            let scenes = records
                .iter()
                .map(|(_, record)| Scene { document: document.cloned(), ..scene(asker, record, act) });
            scenes.map(|scene| cell(&scene, policy, act)).collect()
        };
        if !act.is_about_a_document() {
            let rows = askers
                .iter()
                .map(|asker| (asker.name.clone(), told(&by_record(asker, None)).replace(" in ", " in R")));
            grouped(&mut text, rows.collect());
            continue;
        }
        let yes = |cells: &[String]| cells.iter().filter(|it| *it == "yes").count();
        let of_documents = |asker: &Asker, record: &RecordFacts| -> Vec<String> {
            let scenes =
                documents.iter().map(|(_, document)| scene(asker, record, act).with(document.clone()));
            scenes.map(|scene| cell(&scene, policy, act)).collect()
        };
        let rows = askers.iter().map(|asker| {
            let mut best = (of_documents(asker, &records[0].1), 0);
            for (place, (name, record)) in records.iter().enumerate() {
                let cells = of_documents(asker, record);
                if !name.contains("attending") && yes(&cells) > yes(&best.0) {
                    best = (cells, place);
                }
            }
            let answer = format!("{} (R{})", told(&best.0).replace(" in ", " in D"), best.1 + 1);
            (asker.name.clone(), answer)
        });
        grouped(&mut text, rows.collect());
        text.push_str("  by the state of the record\n");
        let rows = askers.iter().filter_map(|asker| {
            let mut best = (by_record(asker, Some(&documents[0].1)), 0);
            for (place, (_, document)) in documents.iter().enumerate() {
                let cells = by_record(asker, Some(document));
                if yes(&cells) > yes(&best.0) {
                    best = (cells, place);
                }
            }
            let answer = format!("{} (D{})", told(&best.0).replace(" in ", " in R"), best.1 + 1);
            (yes(&best.0) > 0).then(|| (asker.name.clone(), answer))
        });
        grouped(&mut text, rows.collect());
    }
    text
}

fn first() -> &'static str {
    static TEXT: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    TEXT.get_or_init(|| printed(&dmp_2018()))
}

#[test]
fn every_decision_is_the_printed_one() {
    same_as_file("matrix.txt", first());
}

/// The second profile, where it differs.
#[test]
fn every_decision_of_mes_2026_that_differs_is_the_printed_one() {
    let (first, second) = (first(), printed(&mes_2026()));
    let acts = |text: &str| -> Vec<Vec<String>> {
        let mut sections = vec![Vec::new()];
        for (line, next) in text.lines().zip(text.lines().skip(1).chain([""])) {
            if !next.is_empty() && next.chars().all(|it| it == '=') {
                sections.push(Vec::new());
            }
            if let Some(section) = sections.last_mut() {
                section.push(line.to_owned());
            }
        }
        sections
    };
    let mut text = String::from(
        "Where the profile mes-2026 decides otherwise than dmp-2018 (matrix.txt says how to read this): the whole\n\
         of each act that differs.\n\n",
    );
    for (old, new) in acts(first).iter().zip(acts(&second)).skip(1).filter(|(old, new)| *old != new) {
        assert_eq!(old.first(), new.first());
        writeln!(text, "{}\n", new.join("\n").trim_end()).unwrap();
    }
    same_as_file("matrix-mes-2026.txt", &text);
}

#[test]
fn the_matrix_of_habilitation_is_the_printed_one() {
    let matrix = dmp_2018().matrix;
    let mut text = format!(
        "The matrix of habilitation {}, of {}: {}.\n\n\
         yes / no = known from a source; yes? / no? = a choice, no source says so.\n\
         A profession that is not here reads nothing, and a type that is not here is read by nobody (A12).\n\n",
        matrix.version, matrix.date, matrix.source
    );
    for (number, row) in matrix.rows().iter().enumerate() {
        writeln!(text, "{} = {}", number + 1, row.profession).unwrap();
    }
    text.push_str("\nclass  type               ");
    for number in 1..=matrix.rows().len() {
        write!(text, "{number:<6}").unwrap();
    }
    text.push('\n');
    for kind in document_types() {
        let coding = Coding::new(kind.system, kind.code, None).unwrap();
        let class = kind.class.map_or("-", |_| class_of(&coding).code());
        write!(text, "{class:5}  {:17}  ", kind.code).unwrap();
        for row in matrix.rows() {
            let cell = match row.gives(&coding) {
                Reading::Yes => "yes",
                Reading::No => "no",
                Reading::YesByChoice => "yes?",
                Reading::NoByChoice => "no?",
            };
            write!(text, "{cell:6}").unwrap();
        }
        writeln!(text, "{}", kind.label).unwrap();
    }
    same_as_file("habilitation.txt", &text);
}

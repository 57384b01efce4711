//! The decisions and the matrix of habilitation, printed as tables anybody can read, and compared with the
//! files beside this test. A change of any cell shows in the difference of those files.
//! `UPDATE_SNAPSHOTS=1 cargo test -p policy --test printed` writes them again.

mod scene;

use std::fmt::Write;

use model::code::{class_of, document_types};
use model::{Act, Coding};
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

/// `yes`, or the first rule that refuses and how many more do.
fn cell(scene: &Scene, policy: &Policy, act: Act) -> String {
    let decision = scene.decide(policy, act);
    match decision.refused_by.as_slice() {
        [] => "yes".into(),
        [rule] => rule.to_string(),
        [rule, more @ ..] => format!("{rule} +{}", more.len()),
    }
}

const ON_DOCUMENTS: [Act; 8] =
    [Act::Search, Act::Consult, Act::LocateOwn, Act::Feed, Act::Replace, Act::Append, Act::Mask, Act::Unmask];

const ON_RECORDS: [Act; 16] = [
    Act::KnowStatus,
    Act::Search,
    Act::ReadTrace,
    Act::ReadRights,
    Act::OpenRecord,
    Act::Authorise,
    Act::Revoke,
    Act::Block,
    Act::Unblock,
    Act::DeclareAttending,
    Act::ConfirmAttending,
    Act::EndAttending,
    Act::SetEmergencyChoices,
    Act::SetContacts,
    Act::LogIn,
    Act::SendNotice,
];

fn table(text: &mut String, acts: &[Act], policy: &Policy, rows: impl Iterator<Item = (String, Scene)>) {
    let widths: Vec<usize> = acts.iter().map(|act| act.to_string().len().max(6)).collect();
    write!(text, "{:38}", "").unwrap();
    for (act, width) in acts.iter().zip(&widths) {
        write!(text, "  {:width$}", act.to_string()).unwrap();
    }
    text.push('\n');
    for (name, scene) in rows {
        let mut line = format!("{name:38}");
        for (act, width) in acts.iter().zip(&widths) {
            write!(line, "  {:width$}", cell(&scene, policy, *act)).unwrap();
        }
        writeln!(text, "{}", line.trim_end()).unwrap();
    }
    text.push('\n');
}

#[test]
fn every_decision_is_the_printed_one() {
    let policy = dmp_2018();
    let mut text = String::from(
        "Who may do what: the decisions of the profile dmp-2018, printed.\n\
         \n\
         \"yes\" = allowed. Else the first rule that refuses, and how many others do (+1, +2 …).\n\
         Each caller has two tables: acts on the record, by the record's state; then acts on documents, by\n\
         document, in the state of the record that lets them do most. \"The doctor\" is always the same person,\n\
         who also asks for themself when a right is about somebody; \"the hospital\" always the same house.\n\
         Acts not shown are refused to everybody until their rules are built, but change_secrets, which goes\n\
         with log_in.\n\n",
    );
    for rule in rules().chain([Rule::Default]) {
        writeln!(text, "{:4} {}", rule.number(), rule.words_en()).unwrap();
    }
    text.push('\n');
    for (who, caller) in callers() {
        let title = who.to_uppercase();
        writeln!(text, "{title}\n{}\n", "=".repeat(title.chars().count())).unwrap();
        let scene = |record: &model::RecordFacts| Scene::new(caller.clone(), record.clone()).about(DOCTOR);
        let by_record = records().into_iter().map(|(state, record)| (state.to_owned(), scene(&record)));
        table(&mut text, &ON_RECORDS, &policy, by_record);
        let best = best_record(&caller, &policy);
        writeln!(text, "documents, {}:", best.0).unwrap();
        let by_document = documents()
            .into_iter()
            .filter_map(|(what, document)| Some((what.to_owned(), scene(&best.1).with(document?))));
        table(&mut text, &ON_DOCUMENTS, &policy, by_document);
    }
    same_as_file("matrix.txt", &text);
}

/// The state of the record in which this caller may do most with documents, without being the attending
/// doctor or having the same reading where they may do anything otherwise.
fn best_record(caller: &model::Caller, policy: &Policy) -> (&'static str, model::RecordFacts) {
    let allowed = |record: &model::RecordFacts| {
        let scenes = documents()
            .into_iter()
            .filter_map(|(_, document)| Some(Scene::new(caller.clone(), record.clone()).with(document?)));
        scenes
            .map(|scene| ON_DOCUMENTS.iter().filter(|act| scene.decide(policy, **act).is_allowed()).count())
            .sum::<usize>()
    };
    let ordinary = |name: &str| !name.contains("attending");
    let mut best = ("", open_record(), 0);
    for (name, record) in records().into_iter().filter(|(name, _)| ordinary(name)) {
        let count = allowed(&record);
        if best.0.is_empty() || count > best.2 {
            best = (name, record, count);
        }
    }
    (best.0, best.1)
}

#[test]
fn an_act_not_printed_is_allowed_to_nobody() {
    let policy = dmp_2018();
    for (who, caller) in callers() {
        for (state, record) in records() {
            for (what, document) in documents() {
                let mut scene = Scene::new(caller.clone(), record.clone()).about(DOCTOR);
                scene.document = document;
                for act in Act::ALL {
                    let printed =
                        ON_RECORDS.contains(&act) || ON_DOCUMENTS.contains(&act) || act == Act::ChangeSecrets;
                    let allowed = scene.decide(&policy, act).is_allowed();
                    assert!(printed || !allowed, "{who} / {act} / {state} / {what}");
                }
            }
        }
    }
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

//! The decisions and the matrix of habilitation, printed as tables anybody can read, and compared with the
//! files beside this test. A change of any cell shows in the difference of those files.
//! `UPDATE_SNAPSHOTS=1 cargo test -p policy --test printed` writes them again.

#![allow(clippy::unwrap_used, clippy::panic)]

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

/// One line for each row; a row that says what the one above says is marked so.
fn table(
    text: &mut String,
    acts: &[Act],
    policy: &Policy,
    rows: impl Iterator<Item = (&'static str, Scene)>,
) {
    let line = |name: &str, cells: &[String]| {
        let cells = acts.iter().zip(cells).map(|(act, cell)| {
            let width = act.to_string().len().max(6);
            format!("  {cell:width$}")
        });
        format!("{name:36}{}\n", cells.collect::<String>().trim_end())
    };
    let heads: Vec<String> = acts.iter().map(Act::to_string).collect();
    text.push_str(&line("", &heads));
    let mut above = Vec::new();
    for (name, scene) in rows {
        let cells: Vec<String> = acts.iter().map(|act| cell(&scene, policy, *act)).collect();
        match cells == above {
            true => writeln!(text, "{name:36}  \"").unwrap(),
            false => text.push_str(&line(name, &cells)),
        }
        above = cells;
    }
    text.push('\n');
}

#[test]
fn every_decision_is_the_printed_one() {
    let policy = dmp_2018();
    let mut text = String::from(
        "Who may do what: the decisions of the profile dmp-2018, printed.\n\
         \n\
         yes = allowed. Else the first rule that refuses, and how many others do (+1, +2 …). \" = as the line above.\n\
         Each caller has two tables: acts on the record, by the state of the record; then acts on documents, by\n\
         document, in the state of the record in which the caller may do most without being, or reading as, the\n\
         attending doctor. \"The doctor\" is always the same person, who asks for themself where a right is about\n\
         somebody; \"the hospital\" is always the same house.\n\
         Acts not shown are refused to everybody until their rules are built; change_secrets goes with log_in.\n\n",
    );
    for rule in rules().chain([Rule::Default]) {
        writeln!(text, "{:4} {}", rule.number(), rule.words_en()).unwrap();
    }
    let (some, none): (Vec<_>, Vec<_>) =
        callers().into_iter().partition(|(_, caller)| may_do_something(caller, &policy));
    text.push_str("\nREFUSED EVERYTHING, ALWAYS\n==========================\n\n");
    for (who, _) in none {
        writeln!(text, "{who}").unwrap();
    }
    text.push('\n');
    for (who, caller) in some {
        let title = who.to_uppercase();
        writeln!(text, "{title}\n{}\n", "=".repeat(title.chars().count())).unwrap();
        let scene = |record: &model::RecordFacts| Scene::new(caller.clone(), record.clone()).about(DOCTOR);
        let by_record = records().into_iter().map(|(state, record)| (state, scene(&record)));
        table(&mut text, &ON_RECORDS, &policy, by_record);
        let Some((state, record)) = best_record(&caller, &policy) else {
            text.push_str("Documents: nothing.\n\n");
            continue;
        };
        writeln!(text, "Documents, where the record is: {state}").unwrap();
        let by_document = documents()
            .into_iter()
            .filter_map(|(what, document)| Some((what, scene(&record).with(document?))));
        table(&mut text, &ON_DOCUMENTS, &policy, by_document);
    }
    same_as_file("matrix.txt", &text);
}

fn may_do_something(caller: &model::Caller, policy: &Policy) -> bool {
    records().into_iter().any(|(_, record)| {
        documents().into_iter().any(|(_, document)| {
            let mut scene = Scene::new(caller.clone(), record.clone()).about(DOCTOR);
            scene.document = document;
            Act::ALL.into_iter().any(|act| scene.decide(policy, act).is_allowed())
        })
    })
}

/// The state of the record in which this caller may do most with documents, neither being nor reading as
/// the attending doctor; none where they may do nothing.
fn best_record(caller: &model::Caller, policy: &Policy) -> Option<(&'static str, model::RecordFacts)> {
    let allowed = |record: &model::RecordFacts| {
        let scenes = documents()
            .into_iter()
            .filter_map(|(_, document)| Some(Scene::new(caller.clone(), record.clone()).with(document?)));
        scenes
            .map(|scene| ON_DOCUMENTS.iter().filter(|act| scene.decide(policy, **act).is_allowed()).count())
            .sum::<usize>()
    };
    let mut best = None;
    let mut most = 0;
    for (name, record) in records().into_iter().filter(|(name, _)| !name.contains("attending")) {
        let count = allowed(&record);
        if count > most {
            (best, most) = (Some((name, record)), count);
        }
    }
    best
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

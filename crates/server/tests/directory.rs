//! The import of the public extracts, in their shape and with nobody of theirs: what is taken, what is refused, and
//! what a running process makes of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use model::{ActingFor, Clock, Instant, OrganisationKind, ProfessionTable, Standing};
use server::directory::import::{ImportError, Options, import};
use server::directory::watch::{Ages, Watch};
use server::directory::{Directory, Role};

const COLUMNS: [&str; 18] = [
    "Type d'identifiant PP",
    "Identifiant PP",
    "Identification nationale PP",
    "Code civilité d'exercice",
    "Nom d'exercice",
    "Prénom d'exercice",
    "Code profession",
    "Code catégorie professionnelle",
    "Code type savoir-faire",
    "Code savoir-faire",
    "Numéro SIRET site",
    "Numéro SIREN site",
    "Numéro FINESS site",
    "Raison sociale site",
    "Adresse e-mail (coord. structure)",
    "Code section tableau pharmaciens",
    "Code genre activité",
    "",
];

/// A fictitious RPPS with its key.
fn rpps(number: u32) -> String {
    let body = format!("9970{number:06}");
    (0..10)
        .map(|key| format!("{body}{key}"))
        .find(|it| format!("8{it}").parse::<model::PsIdNat>().is_ok())
        .unwrap()
}

fn finess(number: u32) -> String {
    let body = format!("99{number:06}");
    (0..10)
        .map(|key| format!("{body}{key}"))
        .find(|it| format!("1{it}").parse::<model::StructIdNat>().is_ok())
        .unwrap()
}

fn person(number: u32, category: &str, house: u32, kind: &str) -> String {
    let rpps = rpps(number);
    let cells = [
        "8",
        &rpps,
        &format!("8{rpps}"),
        "DR",
        &format!("FICTIF{number}"),
        "Ambre",
        "10",
        category,
        "S",
        "SM26",
        "",
        "",
        &finess(house),
        "MAISON",
        &format!("p{number}@example.org"),
        "",
        kind,
        "",
    ];
    cells.join("|")
}

fn house(number: u32, category: &str) -> String {
    let mut cells = vec![String::new(); 32];
    cells[0] = "structureet".into();
    cells[1] = finess(number);
    cells[3] = format!("MAISON {number}");
    cells[18] = category.into();
    cells.join(";")
}

struct Extracts {
    folder: tempfile::TempDir,
    persons: Vec<String>,
    houses: Vec<String>,
}

impl Extracts {
    fn new() -> Self {
        let persons = (0..40).map(|it| person(it, "C", it % 3, "GENR01")).collect();
        let houses = vec![house(0, "355"), house(1, "620"), house(2, "999")];
        let extracts = Self { folder: tempfile::tempdir().unwrap(), persons, houses };
        fs::create_dir(extracts.data()).unwrap();
        extracts
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn options(&self) -> Options {
        let write = |name: &str, head: String, lines: &[String]| {
            let path = self.folder.path().join(name);
            fs::write(&path, format!("{head}\n{}\n", lines.join("\n"))).unwrap();
            path
        };
        let persons =
            write("PS_LibreAcces_Personne_activite_202611200000.txt", COLUMNS.join("|"), &self.persons);
        let organisations = write("finess.csv", "finess;etalab;111;2026-11-21".into(), &self.houses);
        let data = self.data();
        Options { data, persons, organisations, extracted: None, dry_run: false, force: false }
    }
}

struct Still(AtomicI64);

impl Clock for Still {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.load(Ordering::SeqCst))
    }
}

fn clock(at: &str) -> Arc<Still> {
    Arc::new(Still(AtomicI64::new(at.parse::<Instant>().unwrap().as_millis())))
}

fn taken(data: &Path, clock: &Arc<Still>) -> (Watch, Arc<Directory>) {
    let directory = Arc::new(Directory::default());
    let mut watch = Watch::new(data, Arc::clone(&directory), Arc::clone(clock) as _, Ages::default());
    watch.look();
    (watch, directory)
}

#[test]
fn what_is_imported_is_who_may_work_where_and_as_what() {
    let mut extracts = Extracts::new();
    // a second place of work, a student, work for somebody else
    extracts.persons.insert(1, person(0, "C", 1, "GENR01"));
    extracts.persons.push(person(90, "E", 0, "GENR01"));
    extracts.persons.push(person(91, "C", 0, "GENR05"));
    let report = import(&extracts.options(), |_| ()).unwrap();
    assert_eq!((report.persons.lines, report.persons.entries, report.persons.added), (43, 42, 42));
    assert_eq!((report.organisations.entries, report.extracted.to_string()), (3, "2026-11-20".to_owned()));

    let (_, directory) = taken(&extracts.data(), &clock("2026-11-22T09:00:00Z"));
    let of = |number| directory.person(&format!("8{}", rpps(number)).parse().unwrap()).unwrap();
    let first = of(0);
    assert_eq!((first.name.as_str(), first.situations.len()), ("Dr Ambre FICTIF0", 2));
    assert_eq!(first.standing, Standing::Active);
    let table = |number| match of(number).role {
        Role::Professional { profession, .. } => profession.table,
        other => panic!("{other:?}"),
    };
    assert_eq!((table(0), table(90)), (ProfessionTable::Health, ProfessionTable::Training));
    assert_eq!(of(91).situations[0].acting_for, ActingFor::Administration);
    let kind =
        |number| directory.organisation(&format!("1{}", finess(number)).parse().unwrap()).unwrap().kind;
    assert_eq!(kind(0), OrganisationKind::Hospital);
    assert_eq!((kind(1), kind(2)), (OrganisationKind::Pharmacy, OrganisationKind::Practice));
    assert_eq!(directory.reach(&first.id).unwrap().email.unwrap(), "p0@example.org");
}

#[test]
fn a_new_import_says_what_changed_and_who_is_gone_is_unknown_at_once() {
    let mut extracts = Extracts::new();
    import(&extracts.options(), |_| ()).unwrap();
    let clock = clock("2026-11-22T09:00:00Z");
    let (mut watch, directory) = taken(&extracts.data(), &clock);
    let gone = format!("8{}", rpps(39)).parse().unwrap();
    assert!(directory.person(&gone).is_some());

    extracts.persons.pop();
    extracts.persons.push(person(50, "C", 0, "GENR01"));
    extracts.persons[0] = person(0, "C", 2, "GENR01");
    let dry = import(&Options { dry_run: true, ..extracts.options() }, |_| ()).unwrap();
    assert!(!dry.kept);
    watch.look();
    assert!(directory.person(&gone).is_some(), "a dry run keeps nothing");
    let report = import(&extracts.options(), |_| ()).unwrap().persons;
    assert_eq!((report.added, report.changed, report.ended, report.wrong), (1, 1, 1, 0));
    watch.look();
    assert!(directory.person(&gone).is_none());
    // and after a restart
    assert!(taken(&extracts.data(), &clock).1.person(&gone).is_none());
}

#[test]
fn what_was_cut_shrunk_or_is_of_another_shape_leaves_what_there_was() {
    let mut extracts = Extracts::new();
    import(&extracts.options(), |_| ()).unwrap();
    let before = fs::read(server::directory::kept::path(&extracts.data())).unwrap();
    let refused = |options: &Options| import(options, |_| ()).unwrap_err();

    let options = extracts.options();
    let whole = fs::read_to_string(&options.persons).unwrap();
    fs::write(&options.persons, &whole[..whole.len() - 20]).unwrap();
    assert!(matches!(refused(&options), ImportError::Cut(_)));
    fs::write(&options.persons, whole.replace("Code profession", "Code métier")).unwrap();
    assert!(matches!(refused(&options), ImportError::Column("Code profession")));

    extracts.persons[7] = "n'importe quoi|Secret FICTIF".into();
    let no = refused(&extracts.options());
    assert!(matches!(&no, ImportError::Wrong { wrong: 1, shown, .. } if shown == &[9]));
    assert!(!no.to_string().contains("FICTIF"), "{no}");
    extracts.persons.remove(7);
    extracts.persons.truncate(30);
    assert!(matches!(refused(&extracts.options()), ImportError::Shrunk { now: 30, before: 40, .. }));
    let options = extracts.options();
    fs::write(&options.organisations, "autre chose\n").unwrap();
    assert!(matches!(refused(&options), ImportError::Heading));
    assert_eq!(fs::read(server::directory::kept::path(&extracts.data())).unwrap(), before);
    assert!(import(&Options { force: true, ..extracts.options() }, |_| ()).is_ok());
}

#[test]
fn past_its_age_an_extract_confirms_nobody() {
    let extracts = Extracts::new();
    import(&extracts.options(), |_| ()).unwrap();
    let clock = clock("2026-12-20T09:00:00Z");
    let (mut watch, directory) = taken(&extracts.data(), &clock);
    let who = format!("8{}", rpps(0)).parse().unwrap();
    assert_eq!(directory.person(&who).unwrap().standing, Standing::Active);
    clock.0.fetch_add(86_400_000, Ordering::SeqCst);
    watch.look();
    assert_eq!(directory.person(&who).unwrap().standing, Standing::Unknown);
    assert_eq!(directory.reach(&who), None);
    import(
        &Options { extracted: Some("2026-12-20".parse().unwrap()), ..with_day(&extracts, "2026-12-20") },
        |_| (),
    )
    .unwrap();
    watch.look();
    assert_eq!(directory.person(&who).unwrap().standing, Standing::Active);
}

fn with_day(extracts: &Extracts, day: &str) -> Options {
    let options = extracts.options();
    let text = fs::read_to_string(&options.organisations).unwrap().replace("2026-11-21", day);
    fs::write(&options.organisations, text).unwrap();
    options
}

/// What is kept and was changed since is not taken over: what there was stays.
#[test]
fn a_kept_file_that_is_not_whole_is_not_taken() {
    let extracts = Extracts::new();
    import(&extracts.options(), |_| ()).unwrap();
    let clock = clock("2026-11-22T09:00:00Z");
    let (mut watch, directory) = taken(&extracts.data(), &clock);
    let path = server::directory::kept::path(&extracts.data());
    let whole = fs::read_to_string(&path).unwrap();
    let cut = whole.lines().take(10).collect::<Vec<_>>().join("\n");
    fs::write(&path, cut).unwrap();
    watch.look();
    assert!(directory.person(&format!("8{}", rpps(39)).parse().unwrap()).is_some());
    assert!(matches!(import(&extracts.options(), |_| ()), Err(ImportError::Former(_))));
}

/// A mistyped folder would otherwise be made, and the import there looked at by nobody.
#[test]
fn a_folder_that_is_not_there_is_not_made() {
    let extracts = Extracts::new();
    let data = extracts.folder.path().join("dtaa");
    let options = Options { data: data.clone(), ..extracts.options() };
    assert!(matches!(import(&options, |_| ()), Err(ImportError::NoFolder)));
    assert!(!data.exists());
}

//! The folder the printer fetches.

use std::fs;

use model::Instant;
use record::upkeep::notices::{Channel, PostError};
use server::post::letters::Letters;

use crate::node::message;

fn now() -> Instant {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

#[test]
fn a_closed_folder_is_whole_and_its_list_names_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let letters = Letters::new(folder.path(), vec!["carnet".into()]).unwrap();
    assert_eq!(letters.close(now()).unwrap(), None, "no letters, no folder");
    for id in ["b", "a", "a"] {
        letters.send(&message(id, Channel::Letter, ""), now()).unwrap();
    }
    let seen: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert!(seen.iter().all(|it| it.to_string_lossy().starts_with('.')), "nothing to fetch yet");
    let closed = letters.close(now()).unwrap().unwrap();
    assert_eq!(closed.file_name().unwrap(), "letters-20261123T090000Z");
    assert_eq!(fs::read_to_string(closed.join("list.txt")).unwrap(), "a\nb\n");
    assert!(fs::read(closed.join("a.pdf")).unwrap().starts_with(b"%PDF-"));
    assert_eq!(fs::read_dir(&closed).unwrap().count(), 3);
    // fetched: gone, and the next day's is another
    fs::remove_dir_all(&closed).unwrap();
    assert_eq!(letters.close(now()).unwrap(), None);
    letters.send(&message("c", Channel::Letter, ""), now()).unwrap();
    assert!(letters.close(now()).unwrap().is_some());
}

#[test]
fn neither_secrets_nor_foreign_names_reach_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let letters = Letters::new(folder.path(), Vec::new()).unwrap();
    let mut secret = message("a", Channel::Letter, "");
    secret.secret = true;
    assert_eq!(letters.send(&secret, now()), Err(PostError::Refused));
    for id in ["../a", "", "a/b", "a\0"] {
        let mut wrong = message("a", Channel::Letter, "");
        wrong.id = id.into();
        assert_eq!(letters.send(&wrong, now()), Err(PostError::Refused), "{id:?}");
    }
    assert_eq!(letters.close(now()).unwrap(), None);
}

/// The day is the first page's, in France, and survives a restart.
#[test]
fn a_folder_is_closed_once_its_day_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let at = |text: &str| text.parse::<Instant>().unwrap();
    let open = || Letters::new(folder.path(), Vec::new()).unwrap();
    let letters = open();
    assert_eq!(letters.close_if_over(now()).unwrap(), None, "nothing to close");
    letters.send(&message("a", Channel::Letter, ""), at("2026-11-23T22:59:00Z")).unwrap();
    assert_eq!(letters.close_if_over(at("2026-11-23T22:59:59Z")).unwrap(), None);
    // what a crash left half written
    fs::write(folder.path().join(".open/.b.pdf.part"), "%PDF-").unwrap();
    drop(letters);
    let letters = open();
    let closed = letters.close_if_over(at("2026-11-23T23:00:00Z")).unwrap().unwrap();
    let mut names: Vec<_> = fs::read_dir(&closed).unwrap().map(|it| it.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["a.pdf", "list.txt"]);

    // another day after forty without anybody looking; a clock put back closes nothing early
    letters.send(&message("c", Channel::Letter, ""), at("2026-11-24T09:00:00Z")).unwrap();
    assert_eq!(letters.close_if_over(at("2026-11-20T09:00:00Z")).unwrap(), None);
    assert!(letters.close_if_over(at("2027-01-03T09:00:00Z")).unwrap().is_some());

    // a closing cut off on either side of the name it gives
    letters.send(&message("d", Channel::Letter, ""), now()).unwrap();
    fs::remove_file(folder.path().join(".open/.day")).unwrap();
    assert!(letters.close_if_over(now()).unwrap().is_some());
    fs::remove_dir(folder.path().join(".open")).unwrap();
    assert_eq!(letters.close_if_over(now()).unwrap(), None);
    letters.send(&message("e", Channel::Letter, ""), now()).unwrap();
}

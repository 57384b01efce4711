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

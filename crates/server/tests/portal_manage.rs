//! What becomes of a document, at the portal's pages: disputed and answered, archived, deleted and restored, announced.
//! By who may, by who may not; what each does is said before, and undone where it can be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::Demo;
use common::client::{Answer, Client};
use common::pages::{Browser, is_a_page, links, says, whole};
use common::pro::{authorised, by_provider, deposit, document, to, token};

/// The form of a professional's page, posted.
fn sent(client: &Client<'_>, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
    let token = token(&client.get_as(page, "text/html"));
    let mut all = vec![("anti_forgery", token.as_str())];
    all.extend(fields);
    client.form(action, &all)
}

/// The document of this title in the holder's list, if it is there.
fn of_title(browser: &Browser<'_>, list: &str, title: &str) -> Option<String> {
    let text = whole(&browser.get(list).must(200));
    let before = text.split_once(&format!("line-title\">{title}<"))?.0;
    Some(before.rsplit_once("href=\"")?.1.split('"').next()?.to_owned())
}

#[test]
fn a_holder_archives_deletes_and_restores_what_is_theirs_and_says_what_is_wrong() {
    let demo = Demo::start();
    let patient = demo.patient("open");
    let browser = Browser::of(&demo, &patient);
    let theirs = links(&browser.get("/documents").must(200), "/documents/")
        .into_iter()
        .find(|it| it.len() > 30)
        .unwrap();
    let title = "Mes volontés";
    let page = browser.get("/settings/document");
    let fields = [("kind", "EXPPAT_1"), ("title", title), ("text", "Je souhaite rester chez moi.")];
    browser.submit(&page, "/settings/document", &fields).must(200);
    let own = of_title(&browser, "/documents", title).unwrap();

    // archived: out of the lists, and taken back where that is said
    let before = browser.get(&format!("{own}/archive")).must(200);
    is_a_page(&before);
    says(&before, "Rien n’est effacé");
    let after = browser.submit(&before, &format!("{own}/archive"), &[]).must(200);
    says(&after, "Document archivé");
    assert_eq!(of_title(&browser, "/documents", title), None);
    assert_eq!(of_title(&browser, "/documents?show=replaced", title).as_ref(), Some(&own));
    browser.get(&format!("{own}/archive")).must(422);
    says(&browser.submit(&after, &format!("{own}/unarchive"), &[]).must(200), "de nouveau dans les listes");
    assert_eq!(of_title(&browser, "/documents", title).as_ref(), Some(&own));

    // deleted: nobody's, until it is restored
    let before = browser.get(&format!("{own}/delete")).must(200);
    is_a_page(&before);
    says(&before, "pendant trente jours");
    let gone = browser.submit(&before, &format!("{own}/delete"), &[]).must(200);
    is_a_page(&gone);
    says(&gone, "Document supprimé");
    assert!(!whole(&gone).contains(title), "what it says is shown to nobody");
    browser.get(&own).must(404);
    let back = browser.submit(&gone, &format!("{own}/restore"), &[]).must(200);
    says(&back, "Document rétabli");
    says(&browser.get("/documents/deleted").must(200), "Rien à rétablir");
    // another's is not theirs to delete, nor their own to dispute
    browser.get(&format!("{theirs}/delete")).must(422);
    browser.get(&format!("{own}/dispute")).must(422);
    let forced = token(&browser.get(&theirs));
    browser.send(&format!("{theirs}/delete"), &[("anti_forgery", &forced)]).must(404);

    // said to be wrong: flagged in the lists and on its page, once
    let before = browser.get(&format!("{theirs}/dispute")).must(200);
    is_a_page(&before);
    says(&before, "l’a déposé");
    let after = browser.submit(&before, &format!("{theirs}/dispute"), &[]).must(200);
    says(&after, "n’a pas encore répondu");
    says(&browser.get("/documents").must(200), "chip-disputed");
    browser.get(&format!("{theirs}/dispute")).must(422);
    says(&browser.get("/trace?kind=mine").must(200), "signalé un document comme faux");
}

#[test]
fn a_depositor_announces_archives_deletes_restores_and_answers() {
    let demo = Demo::start();
    let (patient, doctor) = (demo.patient("open"), demo.of_role("10"));
    let ins = patient["ins"].as_str().unwrap();
    let (client, holder) = (by_provider(&demo, &doctor), Browser::of(&demo, &patient));
    let record = authorised(&client, ins);
    let title = "Compte rendu à annoncer";
    deposit(&client, &record, &[("title", title), ("who", "announce")], b"Le resultat est la.").must(303);
    let page = document(&client, &record, title).unwrap();
    let seen = || of_title(&holder, "/documents", title);
    let says_at = |path: &str, words: &str| {
        let answer = client.get_as(path, "text/html").must(200);
        is_a_page(&answer);
        says(&answer, words);
    };

    says_at(&record, "chip-hidden");
    says_at(&page, "À annoncer");
    assert_eq!(seen(), None);
    let announce = format!("{page}/announce");
    says_at(&announce, "Cela ne se défait pas");
    sent(&client, &announce, &announce, &[]).must(422);
    assert_eq!(seen(), None);
    assert_eq!(to(&sent(&client, &announce, &announce, &[("said", "announced")])), page);
    let path = seen().expect("the holder sees it");
    client.get_as(&announce, "text/html").must(422);

    let archive = format!("{page}/archive");
    says_at(&archive, "Rien n’est effacé");
    assert_eq!(to(&sent(&client, &archive, &archive, &[])), page);
    assert_eq!((seen(), document(&client, &record, title)), (None, None));
    assert_eq!(document(&client, &format!("{record}?old=1"), title).as_ref(), Some(&page));
    assert_eq!(to(&sent(&client, &page, &format!("{page}/unarchive"), &[])), page);
    assert!(seen().is_some());

    let delete = format!("{page}/delete");
    says_at(&delete, "pendant trente jours");
    let gone = format!("{record}/deleted");
    assert_eq!(to(&sent(&client, &delete, &delete, &[])), gone);
    assert_eq!(seen(), None);
    holder.get(&path).must(404);
    // nobody else takes it back, nor is told of it
    let other = by_provider(&demo, &demo.actor_where(|it| it["cert"].as_str().unwrap().contains("doctor-2")));
    assert_eq!(authorised(&other, ins), record);
    assert!(!whole(&other.get(&gone).must(200)).contains("/restore"));
    sent(&other, &record, &format!("{page}/restore"), &[]).must(404);
    says_at(&gone, "À rétablir avant");
    assert_eq!(to(&sent(&client, &gone, &format!("{page}/restore"), &[])), page);
    assert!(seen().is_some());
    other.get_as(&delete, "text/html").must(422);

    // the holder says that it is wrong; everybody who reads it is told; its depositor answers, alone
    let asks = holder.get(&format!("{path}/dispute")).must(200);
    holder.submit(&asks, &format!("{path}/dispute"), &[]).must(200);
    says_at(&record, "chip-disputed");
    says_at(&page, "attend votre réponse");
    says(&other.get(&page).must(200), "n’a pas encore répondu");
    let answer = format!("{page}/answer");
    other.get_as(&answer, "text/html").must(422);
    sent(&other, &record, &answer, &[("answer", "upheld")]).must(404);
    says_at(&answer, "Je maintiens");
    sent(&client, &answer, &answer, &[]).must(422);
    assert_eq!(to(&sent(&client, &answer, &answer, &[("answer", "upheld")])), page);
    says(&holder.get(&path).must(200), "maintient ce document");
    assert!(!whole(&holder.get("/documents").must(200)).contains("chip-disputed"));
    client.get_as(&answer, "text/html").must(422);
}

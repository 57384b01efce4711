//! What a page shows of a document: all of its words, nothing that acts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod examples;
mod hostile;
mod random;
mod safe;
mod shapes;

use clinical::render::{self, Body, Frame, French, Limits, Narrative, View};

/// Our fixture with this inside the `structuredBody`, instead of its own sections.
pub fn with_body(sections: &str) -> String {
    let level_3 = include_str!("../fixtures/level-3.xml");
    let (before, rest) = level_3.split_once("<structuredBody>").expect("a body");
    let (_, after) = rest.split_once("</structuredBody>").expect("its end");
    format!("{before}<structuredBody>{sections}</structuredBody>{after}")
}

/// Our fixture with one section of that narrative.
pub fn with_text(narrative: &str) -> String {
    with_body(&format!(
        "<component><section><title>Titre</title><text>{narrative}</text></section></component>"
    ))
}

pub fn view(document: &str) -> View {
    render::cda(document.as_bytes(), &Limits::default()).expect("a document")
}

pub fn narrative(view: &View) -> &Narrative {
    match &view.body {
        Body::Narrative(narrative) => narrative,
        Body::Enclosed(media) => panic!("a file: {media:?}"),
    }
}

pub fn html(view: &View) -> String {
    let frame = Frame::new(2, "doc", &French).and_then(|frame| frame.with_media("/media")).expect("a frame");
    narrative(view).html(&view.media, &frame)
}

/// The HTML of a narrative, without the section and title around it.
pub fn html_of(text: &str) -> String {
    let whole = html(&view(&with_text(text)));
    safe::check(&whole);
    let inside = whole.strip_prefix("<section class=\"cda-section\"><h2>Titre</h2>").expect("the start");
    inside.strip_suffix("</section>").expect("the end").to_owned()
}

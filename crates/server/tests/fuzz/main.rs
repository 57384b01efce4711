//! What comes from outside, spoilt by chance: no decoder panics, loops, or overflows the stack, and what one accepts
//! holds together (each target says what that is).
//!
//! A target starts from its corpus (`corpus/<target>/`, and samples that are kept for other tests), spoils what it
//! has in one to six ways, and keeps each input that was answered as none was before: an answer never heard is the
//! sign of a path never taken (ADR 11 says why it is not the coverage that is looked at). The same seed gives the
//! same run. What fails is made smaller and written to a file; put it into the corpus, and it is tried first from
//! then on.
//!
//! `CARNET_FUZZ` says how many inputs for each target (a few seconds' worth by default), from `CARNET_SEED` (1);
//! `CARNET_FUZZ_WRITE=1` writes each input before it is read, for what ends the process.
//! `cargo xtask soak --only fuzz` tries ten million for each, built with optimisation (the profile `fuzz`).
//!
//! **Adding a target**: a function in `targets.rs`, and its line below. The line says how many inputs a test run
//! tries (about five seconds of a processor, built without optimisation) and which samples it starts from besides its corpus.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod runner;
mod spoil;
mod targets;

macro_rules! targets {
    ($($name:ident: $quick:literal, $samples:expr;)*) => {
        $(#[test]
        fn $name() {
            runner::run(stringify!($name), $quick, &$samples, targets::$name);
        })*

        #[test]
        fn every_corpus_has_its_target() {
            runner::corpora_are(&[$(stringify!($name)),*]);
        }
    };
}

targets! {
    xml: 20_000, ["clinical/tests/fixtures", "../docs/samples/letter.xml"];
    cda: 6_000, ["clinical/tests/fixtures", "../docs/samples/letter.xml"];
    pdf: 60_000, [];
    jpeg: 60_000, ["clinical/tests/fixtures"];
    lot: 40_000, ["../docs/samples/lot.json"];
    operation: 6_000, ["../docs/samples"];
    search: 100_000, [];
    certificate: 100_000, [];
    fhir_xml: 20_000, [];
    hl7: 10_000, [];
    xds: 10_000, [];
    soap: 10_000, [];
    mtom: 20_000, [];
    kos: 10_000, ["clinical/tests/fixtures/selection.dcm"];
    subscription: 5_000, [];
    sidecar: 5_000, ["../docs/samples/sidecar.json"];
}

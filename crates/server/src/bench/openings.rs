//! Openings of records over SOAP, as practice software is told to make them: stored queries and retrievals, each with
//! a VIHF that counts once. Messages are minted before the time that is measured: signing is the practice's work.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use rustls::ServerConfig;

use super::fill::Filled;
use super::load::{Client, Load};
use super::practice::{Practice, QUERIES, Step};
use super::report::{Figures, Soap};
use super::{Make, Stop, floor, one_of, phase};

/// Messages minted for each second of a measure: it ends where they do.
const A_SECOND: usize = 3_000;
/// And at most, for what they weigh.
const MOST: usize = 20_000;
/// Documents of one retrieval at a first opening.
const AT_FIRST: usize = 5;

pub(super) struct Openings {
    doctor: Client,
    practice: Practice,
    filled: Arc<Vec<Filled>>,
    care: u16,
    query: Floor,
    retrieve: Floor,
    /// What five documents weigh, for an answer that has lost one is none.
    five_bytes: usize,
}

/// What one answer was, and where as many bytes are answered by nobody in particular.
struct Floor {
    port: u16,
    message: Bytes,
    /// The least of the answers.
    least: usize,
    /// The middle of them.
    bytes: usize,
}

impl Openings {
    pub(super) async fn of(
        practice: Practice,
        doctor: Client,
        filled: Arc<Vec<Filled>>,
        care: u16,
        config: Arc<ServerConfig>,
    ) -> Result<Self, Stop> {
        let first = filled.first().ok_or(Stop::Broken("nothing is filled".into()))?;
        let ask = async |step: Step| {
            let message = Bytes::from(practice.message(step, first)?);
            let answer = doctor.once(care, step.request(message.clone())).await?;
            Ok::<_, Stop>((message, answer.len()))
        };
        let mut queries = Vec::new();
        for step in QUERIES {
            queries.push(ask(step).await?);
        }
        let one = ask(Step::Retrieve(1)).await?;
        let (_, five_bytes) = ask(Step::Retrieve(AT_FIRST)).await?;
        let floor = async |asked: &[(Bytes, usize)]| {
            let bytes = asked.iter().map(|it| it.1).sum::<usize>() / asked.len().max(1);
            let port = floor::serve(Arc::clone(&config), Bytes::from(vec![b'x'; bytes])).await?;
            let message = asked.first().map(|it| it.0.clone()).unwrap_or_default();
            Ok::<_, Stop>(Floor {
                port,
                message,
                least: asked.iter().map(|it| it.1).min().unwrap_or(0),
                bytes,
            })
        };
        let (query, retrieve) = (floor(&queries).await?, floor(&[one]).await?);
        Ok(Self { doctor, practice, filled, care, query, retrieve, five_bytes })
    }

    pub(super) fn bytes(&self) -> (usize, usize) {
        (self.query.bytes, self.retrieve.bytes)
    }

    pub(super) async fn round(&self, connections: usize, time: Duration) -> Result<Soap, Stop> {
        // each opening is of another patient, whose steps follow one another
        let queries = |number: u64| {
            let step = QUERIES.get((number % 4) as usize).copied().unwrap_or(Step::Documents);
            (step, number / 4 * 2 + u64::from(step != Step::Documents))
        };
        let say = |what: &str| phase(&format!("{connections} connections: {what}"));
        say("floor of stored queries");
        let floor_query = self.floor(&self.query, connections, time).await?;
        let (query, mint_us) = {
            say("stored queries");
            self.run(queries, self.query.least * 9 / 10, connections, time).await?
        };
        say("floor of retrievals over SOAP");
        let floor_retrieve = self.floor(&self.retrieve, connections, time).await?;
        say("retrievals over SOAP");
        let one = |number| (Step::Retrieve(1), number);
        let (retrieve, _) = self.run(one, self.retrieve.least * 9 / 10, connections, time).await?;
        say("retrievals of five over SOAP");
        let five = |number| (Step::Retrieve(AT_FIRST), number);
        let (retrieve_5, _) = self.run(five, self.five_bytes * 9 / 10, connections, time).await?;
        Ok(Soap { floor_query, query, floor_retrieve, retrieve, retrieve_5, mint_us })
    }

    async fn floor(&self, floor: &Floor, connections: usize, time: Duration) -> Result<Figures, Stop> {
        let message = floor.message.clone();
        let make = move |_| Step::Documents.request(message.clone());
        let make: Make = Box::new(make);
        let load = Load {
            client: self.doctor.clone(),
            port: floor.port,
            make,
            at_least: floor.bytes,
            most: u64::MAX,
        };
        Arc::new(load).run(connections, time).await
    }

    /// `steps` says for each number what is asked, and of which patient. Also how long a message took to mint, in
    /// microseconds.
    async fn run(
        &self,
        steps: impl Fn(u64) -> (Step, u64) + Sync,
        at_least: usize,
        connections: usize,
        time: Duration,
    ) -> Result<(Figures, f64), Stop> {
        let count = (A_SECOND * (time.as_secs() as usize + 1)).min(MOST);
        let begun = Instant::now();
        let minted = tokio::task::block_in_place(|| self.mint(count, &steps))?;
        let mint_us = begun.elapsed().as_secs_f64() * 1e6 * workers() as f64 / count as f64;
        let make = move |number: u64| {
            let minted = minted.get(number as usize);
            minted.map_or_else(Default::default, |(step, message)| step.request(message.clone()))
        };
        let (client, make): (_, Make) = (self.doctor.clone(), Box::new(make));
        let load = Load { client, port: self.care, make, at_least, most: count as u64 };
        Ok((Arc::new(load).run(connections, time).await?, mint_us))
    }

    fn mint(
        &self,
        count: usize,
        steps: &(impl Fn(u64) -> (Step, u64) + Sync),
    ) -> Result<Vec<(Step, Bytes)>, Stop> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut minted = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return Ok(minted);
                }
                let (step, patient) = steps(number as u64);
                let about = one_of(&self.filled, patient).ok_or(Stop::Broken("nobody is there".into()))?;
                minted.push((number, step, Bytes::from(self.practice.message(step, about)?)));
            }
        };
        let all: Result<Vec<Vec<_>>, Stop> = thread::scope(|scope| {
            let workers: Vec<_> = (0..workers()).map(|_| scope.spawn(work)).collect();
            let panicked = |_| Stop::Broken("minting panicked".into());
            workers.into_iter().map(|it| it.join().map_err(panicked)?).collect()
        });
        let mut all: Vec<_> = all?.into_iter().flatten().collect();
        all.sort_unstable_by_key(|it| it.0);
        Ok(all.into_iter().map(|(_, step, message)| (step, message)).collect())
    }
}

fn workers() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

//! The four doors: each file is the table of contents of one listener.

pub mod care;
pub mod feed;
pub mod portal;
pub mod steer;

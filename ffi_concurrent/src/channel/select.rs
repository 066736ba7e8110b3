//! Waiting for the first of several channels that can go on.

use super::pair::Pair;
use super::{Channel, ChannelKind, other};
use crate::deadline::Deadline;
use crate::patience;
use crossbeam_channel::Select;
use ffi_base::pinned::pin;
use ffi_base::{OutSlice, Pinned, Result, fail, share};
use smallvec::SmallVec;

/// The most arms: one bit each says which of them send.
const MOST: usize = 64;

type Arms = SmallVec<[Pinned<ChannelKind>; 8]>;

fn arms(channels: &[i64]) -> Result<Arms> {
    if channels.is_empty() || channels.len() > MOST {
        fail!(InvalidArgument, "{} channels; 1 to {MOST}", channels.len());
    }
    let mut arms = Arms::new();
    for (at, &channel) in channels.iter().enumerate() {
        arms.push(pin::<ChannelKind>(channel).map_err(|error| error.at(&format!("channels[{at}]")))?);
    }
    Ok(arms)
}

fn pair_of(arm: &Pinned<ChannelKind>) -> Result<&Pair<i64>> {
    match &***arm {
        Channel::Numbers(pair) => Ok(pair),
        Channel::Bytes(_) => Err(other("messages of bytes", "ready")),
    }
}

fn sends_at(sends: i64, at: usize) -> bool {
    sends as u64 >> at & 1 == 1
}

/// Sends or receives on one of the channels, whichever can first; its place. `closed` gets 1 if it could because it is closed.
pub fn select(
    channels: &[i64],
    sends: i64,
    values: &[i64],
    timeout_ns: i64,
    received: OutSlice<'_, i64>,
    closed: OutSlice<'_, i64>,
) -> Result<i64> {
    if received.is_at(&closed) {
        fail!(InvalidArgument, "two results cannot be written to one address");
    }
    let (arms, deadline) = (arms(channels)?, Deadline::after(timeout_ns)?);
    let mut select = Select::new();
    for (at, arm) in arms.iter().enumerate() {
        let pair = pair_of(arm).map_err(|error| error.at(&format!("channels[{at}]")))?;
        match sends_at(sends, at) {
            true if at >= values.len() => {
                fail!(InvalidArgument, "channels[{at}] sends, but there are {} values", values.len())
            }
            true => select.send(pair.sender()),
            false => select.recv(pair.receiver()),
        };
    }
    let mut _waiting = None;
    let early = if share::inside() { select.try_select().ok() } else { None };
    if early.is_none() {
        _waiting = patience::waiting(deadline)?;
    }
    let chosen = match deadline {
        _ if early.is_some() => early.ok_or(()),
        Deadline::Now => select.try_select().map_err(drop),
        Deadline::At(until) => select.select_deadline(until).map_err(drop),
        Deadline::Never => Ok(select.select()),
    };
    let Ok(chosen) = chosen else { return Err(deadline.over(&format!("none of {} channels was ready", arms.len()))) };
    let at = chosen.index();
    let pair = pair_of(&arms[at])?;
    let done = match sends_at(sends, at) {
        true => chosen.send(pair.sender(), values[at]).is_ok(),
        false => chosen.recv(pair.receiver()).map(|value| received.write(&[value])).is_ok(),
    };
    closed.write(&[i64::from(!done)]);
    Ok(at as i64)
}

/// The place of a channel that can send or receive, or is closed; nothing is sent or received.
pub fn ready(channels: &[i64], sends: i64, timeout_ns: i64) -> Result<i64> {
    let (arms, deadline) = (arms(channels)?, Deadline::after(timeout_ns)?);
    let mut select = Select::new();
    // A channel of bytes has two places where messages may lie.
    let mut places = SmallVec::<[usize; 8]>::new();
    for (at, arm) in arms.iter().enumerate() {
        let sends = sends_at(sends, at);
        match &***arm {
            Channel::Numbers(pair) if sends => select.send(pair.sender()),
            Channel::Numbers(pair) => select.recv(pair.receiver()),
            Channel::Bytes(bytes) if sends => select.send(bytes.pair.sender()),
            Channel::Bytes(bytes) => {
                places.push(at);
                select.recv(bytes.returned());
                select.recv(bytes.pair.receiver())
            }
        };
        places.push(at);
    }
    let mut _waiting = None;
    let early = if share::inside() { select.try_ready().ok() } else { None };
    if early.is_none() {
        _waiting = patience::waiting(deadline)?;
    }
    let ready = match deadline {
        _ if early.is_some() => early,
        Deadline::Now => select.try_ready().ok(),
        Deadline::At(until) => select.ready_deadline(until).ok(),
        Deadline::Never => Some(select.ready()),
    };
    match ready {
        Some(place) => Ok(places[place] as i64),
        None => Err(deadline.over(&format!("none of {} channels was ready", arms.len()))),
    }
}

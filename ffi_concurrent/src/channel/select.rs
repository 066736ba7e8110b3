//! Waiting for the first of several channels that can go on.

use super::pair::Pair;
use super::{Channel, ChannelKind, other};
use crate::deadline::Deadline;
use crate::patience;
use crossbeam_channel::{Select, TryRecvError, TrySendError};
use ffi_base::pinned::pin;
use ffi_base::{OutSlice, Pinned, Result, fail, luck, share};
use smallvec::SmallVec;

/// The most arms: one bit each says which of them send.
const MOST: usize = 64;

type Arms = SmallVec<[Pinned<ChannelKind>; 8]>;

/// Borrows them into a list that lies where it is used: it is long to move about.
#[inline(always)]
fn fill(arms: &mut Arms, channels: &[i64]) -> Result<()> {
    if channels.is_empty() || channels.len() > MOST {
        fail!(InvalidArgument, "{} channels; 1 to {MOST}", channels.len());
    }
    for (at, &channel) in channels.iter().enumerate() {
        arms.push(pin::<ChannelKind>(channel).map_err(|error| error.at(&format!("channels[{at}]")))?);
    }
    Ok(())
}

fn pair_of(arm: &Pinned<ChannelKind>) -> Result<&Pair<i64>> {
    match &***arm {
        Channel::Numbers(pair) => Ok(pair),
        Channel::Bytes(_) => Err(other("messages of bytes", "ready")),
    }
}

/// A bit of no channel is a mistake in counting, not one to pass over.
fn have_channels(sends: i64, channels: usize) -> Result<()> {
    if let Some(highest) = (sends as u64).checked_ilog2()
        && highest as usize >= channels
    {
        fail!(
            InvalidArgument,
            "bit {highest} of sends is set, but there are {channels} channels, whose first has bit 0 (-1 sets all 64)"
        );
    }
    Ok(())
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
    let deadline = Deadline::after(timeout_ns)?;
    let mut arms = Arms::new();
    fill(&mut arms, channels)?;
    have_channels(sends, arms.len())?;
    let mut meets = false;
    for (at, arm) in arms.iter().enumerate() {
        let pair = pair_of(arm).map_err(|error| error.at(&format!("channels[{at}]")))?;
        meets |= pair.is_rendezvous();
        if sends_at(sends, at) && at >= values.len() {
            fail!(InvalidArgument, "channels[{at}] sends, but there are {} values", values.len());
        }
    }
    // A look alone seldom finds the other side of a rendezvous there, so beside other arms that one would hardly ever be taken.
    let once = if meets { None } else { at_once(&arms, sends, values, &received)? };
    let (at, done) = match once {
        Some(chosen) => chosen,
        None => wait(&arms, sends, values, deadline, &received)?,
    };
    closed.write(&[i64::from(!done)]);
    Ok(at as i64)
}

/// Tries the arms one after another in an order of chance: where one can go on nobody needs to wait for several. The place of the one
/// that could, and whether it is open.
#[inline(always)]
fn at_once(arms: &Arms, sends: i64, values: &[i64], received: &OutSlice<'_, i64>) -> Result<Option<(usize, bool)>> {
    let mut order: [u8; MOST] = std::array::from_fn(|at| at as u8);
    for tried in 0..arms.len() {
        // Below the count of those left, by the upper half of a product: a division would take longer than the try.
        let chosen = (u64::from(luck()) * (arms.len() - tried) as u64) >> 32;
        order.swap(tried, tried + chosen as usize);
        let at = usize::from(order[tried]);
        let pair = pair_of(&arms[at])?;
        let done = if sends_at(sends, at) {
            match pair.sender().try_send(values[at]) {
                Err(TrySendError::Full(_)) => continue,
                outcome => outcome.is_ok(),
            }
        } else {
            match pair.receiver().try_recv() {
                Err(TryRecvError::Empty) => continue,
                outcome => outcome.map(|value| received.write(&[value])).is_ok(),
            }
        };
        return Ok(Some((at, done)));
    }
    Ok(None)
}

/// The same once one can. Also where it must not wait: that none could go on at one moment only a look at all of them says, and one
/// after another they may take turns at being empty.
fn wait(
    arms: &Arms,
    sends: i64,
    values: &[i64],
    deadline: Deadline,
    received: &OutSlice<'_, i64>,
) -> Result<(usize, bool)> {
    let never = || deadline.over(&format!("none of {} channels was ready", arms.len()));
    let mut select = Select::new();
    for (at, arm) in arms.iter().enumerate() {
        let pair = pair_of(arm)?;
        if sends_at(sends, at) {
            select.send(pair.sender())
        } else {
            select.recv(pair.receiver())
        };
    }
    // Inside an item of a loop a wait costs more than a look, and may be refused.
    let early = if share::inside() { select.try_select().ok() } else { None };
    let mut _waiting = None;
    if early.is_none() {
        _waiting = patience::waiting(deadline)?;
    }
    let chosen = match (early, deadline) {
        (Some(chosen), _) => chosen,
        (None, Deadline::Now) => select.try_select().map_err(|_| never())?,
        (None, Deadline::At(until)) => select.select_deadline(until).map_err(|_| never())?,
        (None, Deadline::Never) => select.select(),
    };
    let at = chosen.index();
    let pair = pair_of(&arms[at])?;
    let done = match sends_at(sends, at) {
        true => chosen.send(pair.sender(), values[at]).is_ok(),
        false => chosen.recv(pair.receiver()).map(|value| received.write(&[value])).is_ok(),
    };
    Ok((at, done))
}

/// The place of a channel that can send or receive, or is closed; nothing is sent or received.
pub fn ready(channels: &[i64], sends: i64, timeout_ns: i64) -> Result<i64> {
    let deadline = Deadline::after(timeout_ns)?;
    let mut arms = Arms::new();
    fill(&mut arms, channels)?;
    have_channels(sends, arms.len())?;
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

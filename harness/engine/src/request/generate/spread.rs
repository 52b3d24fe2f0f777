//! Numbers spread over a range: first those at which implementations go wrong, then all others.

/// The value from a range for the case with this number. Each bound, power of two and round number comes first, with
/// its neighbours; all other values come later. The same number always gives the same value.
#[must_use]
pub fn spread(number: u64, least: usize, most: usize) -> usize {
    let order = order(least, most);
    // A range holds at least one number.
    let count = order.len().max(1) as u64;
    usize::try_from(number % count).ok().and_then(|at| order.get(at).copied()).unwrap_or(least)
}

/// All numbers of a range, in this order.
#[must_use]
pub fn order(least: usize, most: usize) -> Vec<usize> {
    let mut order = Vec::with_capacity(most.saturating_sub(least) + 1);
    let mut seen = vec![false; most.saturating_sub(least) + 1];
    let mut take = |number: usize| {
        if (least..=most).contains(&number) && !std::mem::replace(&mut seen[number - least], true) {
            order.push(number);
        }
    };
    [least, most, most.saturating_sub(1), least + 1].into_iter().for_each(&mut take);
    let powers = (1..usize::BITS).map(|bit| 1 << bit).take_while(|power| *power <= most);
    powers.flat_map(|power: usize| [power, power - 1, power + 1]).for_each(&mut take);
    let hundreds = (1..=most / 50).map(|count| count * 50);
    hundreds.flat_map(|round| [round, round - 1, round + 1]).for_each(&mut take);
    (1..=most.min(250) / 10).map(|count| count * 10).for_each(&mut take);
    // The rest with its bits in reverse: evenly spread, however few of them are taken.
    let bits = (most + 1).next_power_of_two().trailing_zeros();
    (0..1_usize << bits).map(|at| at.reverse_bits() >> (usize::BITS - bits.max(1))).for_each(&mut take);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_comes_once_and_the_awkward_ones_first() {
        for (least, most) in [(1, 255), (0, 0), (3, 3), (1, 512), (2, 9)] {
            let mut all = order(least, most);
            let first: Vec<usize> = all.iter().copied().take(40).collect();
            all.sort_unstable();
            assert_eq!(all, (least..=most).collect::<Vec<_>>());
            if most == 255 {
                assert!(
                    [1, 255, 254, 2, 10, 16, 50, 63, 64, 65, 128, 200].iter().all(|it| first.contains(it) || *it == 10)
                );
            }
        }
        assert_eq!(spread(0, 1, 255), 1);
        assert_eq!(spread(1, 1, 255), 255);
        assert_eq!(spread(255, 1, 255), 1);
    }
}

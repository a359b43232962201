"""Made-up texts for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

# What the archive meets, and what breaks analysers: rare characters, full-width forms, digits, Latin, mixed
# scripts, punctuation, emoji, combining marks, blanks of every kind.
CHARACTERS = st.one_of(
    st.sampled_from(
        "天下大势臺台湾派出所〇㑹々𨽻𠀀\U00030000。，、？！—…·　 \t\n\r\u2028abcＡＢé0１９%+=½㎏㈠ﷺﬁ"
    ),
    st.sampled_from("e\u0301\u0300\ufe0f\u200b\u200d\ufeff\U000e0100😀👍🏽カガｶﾞ한\x00\x1c\ue000\ud800"),
    st.characters(),
)
TEXTS = st.text(CHARACTERS, max_size=40)

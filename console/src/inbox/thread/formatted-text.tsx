import { useMemo, useState } from "react";
import { classes } from "../../pieces/classes.ts";
import { useText } from "../../texts/text-context.tsx";
import css from "./content.module.css";
import { readMessageText, type TextPiece } from "./message-text.ts";
import { guessScript, isEmojiOnly } from "./text-script.ts";

/** Longer texts are folded. Ours: about what fills a screen. */
const FOLD_AT = 1_500;

/** A text as its writer marked it, in its own direction and the size of its script. Elements only, never HTML. */
export function FormattedText(props: { readonly text: string }) {
  const { t } = useText();
  const [unfolded, setUnfolded] = useState(false);
  const folded = props.text.length > FOLD_AT + 200 && !unfolded;
  const text = folded ? `${cut(props.text)}…` : props.text;
  const pieces = useMemo(() => readMessageText(text), [text]);
  return (
    <>
      <p
        dir="auto"
        lang={guessScript(props.text)}
        className={classes(css.text, isEmojiOnly(props.text) && css.emoji)}
      >
        <Pieces pieces={pieces} />
      </p>
      {props.text.length > FOLD_AT + 200 ? (
        <button
          type="button"
          className={css.fold}
          aria-expanded={unfolded}
          onClick={() => setUnfolded(!unfolded)}
        >
          {t(unfolded ? "thread.readLess" : "thread.readMore")}
        </button>
      ) : null}
    </>
  );
}

function Pieces(props: { readonly pieces: readonly TextPiece[] }) {
  return props.pieces.map((piece, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text never move
    <Piece key={index} piece={piece} />
  ));
}

function Piece({ piece }: { readonly piece: TextPiece }) {
  switch (piece.kind) {
    case "plain":
      return piece.text;
    case "link":
      return (
        <a href={piece.href} target="_blank" rel="noopener noreferrer">
          <bdi dir="ltr">{piece.text}</bdi>
        </a>
      );
    case "mono":
      return <code className={css.mono}>{piece.text}</code>;
    case "bold":
      return (
        <strong>
          <Pieces pieces={piece.pieces} />
        </strong>
      );
    case "italic":
      return (
        <em className={css.italic}>
          <Pieces pieces={piece.pieces} />
        </em>
      );
    case "strike":
      return (
        <s>
          <Pieces pieces={piece.pieces} />
        </s>
      );
  }
}

/** Never through the middle of a character. */
function cut(text: string): string {
  const at = text.lastIndexOf(" ", FOLD_AT);
  return [...text.slice(0, at > FOLD_AT - 100 ? at : FOLD_AT)].join("").replace(/[\ud800-\udbff]$/, "");
}

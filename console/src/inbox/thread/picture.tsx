import { Modal, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDownload, IconX } from "@tabler/icons-react";
import { useState } from "react";
import type { Media } from "../../../../contract/message-body.ts";
import { classes } from "../../pieces/classes.ts";
import { useText } from "../../texts/text-context.tsx";
import css from "./content.module.css";
import { mediaAddress } from "./media-address.ts";
import { MediaState } from "./media-state.tsx";

/** A photo in a box of fixed size, so that nothing moves when it comes; opens large. */
export function Picture(props: { readonly media: Media }) {
  const { t } = useText();
  const [opened, { open, close }] = useDisclosure(false);
  const [shown, setShown] = useState<"loading" | "shown" | "broken">("loading");
  const address = mediaAddress(props.media.id);
  if (props.media.state !== "ready" || shown === "broken")
    return (
      <MediaState
        media={shown === "broken" ? { ...props.media, state: "failed", failure: null } : props.media}
        word={t("media.image")}
      >
        {null}
      </MediaState>
    );
  return (
    <>
      <UnstyledButton className={css.picture} onClick={open} aria-label={t("media.openImage")}>
        <img
          className={classes(css.image, shown === "loading" && css.loading)}
          src={address}
          alt={t("media.image")}
          loading="lazy"
          decoding="async"
          draggable={false}
          onLoad={() => setShown("shown")}
          onError={() => setShown("broken")}
        />
      </UnstyledButton>
      <Modal
        opened={opened}
        onClose={close}
        fullScreen
        withCloseButton={false}
        padding={0}
        classNames={{ content: css.lightbox ?? "", body: css.lightboxBody ?? "" }}
        aria-label={t("media.image")}
      >
        <div className={css.lightboxBar}>
          <a className={css.lightboxButton} href={address} download aria-label={t("media.download")}>
            <IconDownload size={20} stroke={1.6} />
          </a>
          <UnstyledButton
            className={css.lightboxButton}
            onClick={close}
            aria-label={t("media.closeImage")}
            data-autofocus
          >
            <IconX size={20} stroke={1.6} />
          </UnstyledButton>
        </div>
        <img className={css.lightboxImage} src={address} alt={t("media.image")} />
      </Modal>
    </>
  );
}

export function Sticker(props: { readonly media: Media }) {
  const { t } = useText();
  return (
    <MediaState media={props.media} word={t("media.sticker")}>
      <img
        className={css.sticker}
        src={mediaAddress(props.media.id)}
        alt={t("media.sticker")}
        width={128}
        height={128}
        loading="lazy"
        draggable={false}
      />
    </MediaState>
  );
}

export function Film(props: { readonly media: Media }) {
  const { t } = useText();
  return (
    <MediaState media={props.media} word={t("media.video")}>
      {/* biome-ignore lint/a11y/useMediaCaption: a customer's film has no captions */}
      <video
        className={css.film}
        src={mediaAddress(props.media.id)}
        controls
        preload="metadata"
        playsInline
        aria-label={t("media.video")}
      />
    </MediaState>
  );
}

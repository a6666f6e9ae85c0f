import {
  type IconAlertCircle,
  IconFile,
  IconInfoCircle,
  IconMapPin,
  IconMicrophone,
  IconMoodSmile,
  IconMusic,
  IconPhoto,
  IconQuestionMark,
  IconShoppingBag,
  IconSticker,
  IconTemplate,
  IconUser,
  IconVideo,
} from "@tabler/icons-react";
import type { PreviewIcon } from "./row-preview.ts";

const ICONS = {
  image: IconPhoto,
  video: IconVideo,
  audio: IconMusic,
  voice: IconMicrophone,
  document: IconFile,
  sticker: IconSticker,
  location: IconMapPin,
  contacts: IconUser,
  order: IconShoppingBag,
  template: IconTemplate,
  reaction: IconMoodSmile,
  system: IconInfoCircle,
  unsupported: IconQuestionMark,
} as const satisfies Record<PreviewIcon, typeof IconAlertCircle>;

/** The sign of a kind of message. Decoration: its word stands beside it. */
export function KindIcon(props: { readonly kind: PreviewIcon }) {
  const Icon = ICONS[props.kind];
  return <Icon size={14} stroke={1.8} aria-hidden="true" />;
}

/** The mark: a cinnabar sun over azurite hills, the two pigments that 丹青 is named after. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true" focusable="false">
      <circle cx="21.4" cy="9.6" r="4.9" fill="#c8321f" />
      <path
        d="M1.8 25c2.900-.5 4.900-3.300 6.700-6.700 1.900-3.600 3.300-6.900 5.200-6.900 2 0 3 3.200 4.600 6 1.500 2.700 3.200 5.400 6 6.600-1.300 2.800-5.600 4.500-10.800 4.500-4.900 0-9.400-1.200-11.700-3.500z"
        fill="#1c5f9e"
      />
      <path
        d="M13.600 27c2.900-.9 4.300-3 5.800-5.400 1.400-2.200 2.300-4.100 3.800-4.100 1.600 0 2.300 1.900 3.500 3.700 1 1.500 2 2.700 3.700 3.200-3 2.900-7.300 4.100-12.300 4.100-1.800 0-3.500-.5-4.500-1.500z"
        fill="#3f93c4"
      />
    </svg>
  );
}

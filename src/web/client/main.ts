import './disclosure.ts';
import './morph.ts';
import './pending.ts';
import './preview.ts';
import './refresh.ts';
import './sheet.ts';
import './toast.ts';
import './validation.ts';

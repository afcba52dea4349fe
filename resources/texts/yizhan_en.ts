<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="zh_CN">
<context>
    <name>ActDialog</name>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
</context>
<context>
    <name>ApplicantStep</name>
    <message>
        <source>读身份证</source>
        <translation>Read ID card</translation>
    </message>
    <message>
        <source>申请人</source>
        <translation>Applicant</translation>
    </message>
    <message>
        <source>读到了 {name} 的身份证</source>
        <translation>{name}&apos;s ID card was read</translation>
    </message>
    <message>
        <source>练习：把谁的身份证放上读卡器</source>
        <translation>Training: whose ID card shall lie on the reader?</translation>
    </message>
    <message>
        <source>{n} 岁</source>
        <translation>aged {n}</translation>
    </message>
    <message>
        <source>本人来办</source>
        <translation>The applicant is here</translation>
    </message>
    <message>
        <source>本人在场，本人签字</source>
        <translation>present, and signs</translation>
    </message>
    <message>
        <source>别人代办</source>
        <translation>Somebody else comes</translation>
    </message>
    <message>
        <source>要委托书、代办人身份证，代办人签字</source>
        <translation>with an authorisation and their own card; they sign</translation>
    </message>
    <message>
        <source>读不了？拍身份证</source>
        <translation>No reader? Photograph the card</translation>
    </message>
    <message>
        <source>都对过了</source>
        <translation>All compared</translation>
    </message>
    <message>
        <source>身份证上的照片</source>
        <translation>Picture on the ID card</translation>
    </message>
    <message>
        <source>卡上的照片</source>
        <translation>Picture on the card</translation>
    </message>
    <message>
        <source>拍好的照片</source>
        <translation>The portrait taken</translation>
    </message>
    <message>
        <source>给本人拍照</source>
        <translation>Take the portrait</translation>
    </message>
    <message>
        <source>高拍仪画面</source>
        <translation>Picture of the document camera</translation>
    </message>
    <message>
        <source>拍照</source>
        <translation>Photograph</translation>
    </message>
    <message>
        <source>不拍了</source>
        <translation>Back to the fields</translation>
    </message>
    <message>
        <source>改成本人来办</source>
        <translation>The applicant comes in person</translation>
    </message>
    <message>
        <source>放上代办人的身份证，人像面朝上</source>
        <translation>Lay the delegate&apos;s ID card down, picture upwards</translation>
    </message>
    <message>
        <source>放上申请人的身份证，人像面朝上</source>
        <translation>Lay the applicant&apos;s ID card down, picture upwards</translation>
    </message>
    <message>
        <source>正在认身份证</source>
        <translation>Reading the ID card</translation>
    </message>
    <message>
        <source>认出了 {name} 的身份证</source>
        <translation>Read the ID card of {name} from its photo</translation>
    </message>
    <message>
        <source>本人照片，拍好了</source>
        <translation>Portrait, taken</translation>
    </message>
    <message>
        <source>镜头里（请坐正）</source>
        <translation>In the camera (sit straight)</translation>
    </message>
    <message>
        <source>重拍</source>
        <translation>Take again</translation>
    </message>
    <message>
        <source>请再拍一张</source>
        <translation>Please take another</translation>
    </message>
    <message>
        <source>本人照片拍好了</source>
        <translation>The portrait is taken</translation>
    </message>
</context>
<context>
    <name>ApproveDialog</name>
    <message>
        <source>签发证书</source>
        <translation>Issue a certificate</translation>
    </message>
    <message>
        <source>{name}，{rest}</source>
        <translation>{name}, {rest}</translation>
    </message>
    <message>
        <source>签发</source>
        <translation>Issue</translation>
    </message>
    <message>
        <source>核对码</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>请本人念核对码，一共 20 位，照着输</source>
        <translation>Have the holder read the code out (20 digits) and type it</translation>
    </message>
    <message>
        <source>打电话或当面念。念的人要是您认得的本人；核对码对不上，就不是同一把密钥。</source>
        <translation>By telephone or face to face. It must be the person you know; a code that differs is another key&apos;s.</translation>
    </message>
</context>
<context>
    <name>BatchView</name>
    <message>
        <source>签了没有</source>
        <translation>Signed?</translation>
    </message>
    <message>
        <source>事项</source>
        <translation>Service item</translation>
    </message>
    <message>
        <source>谁</source>
        <translation>Applicant</translation>
    </message>
    <message>
        <source>编号</source>
        <translation>Number</translation>
    </message>
    <message>
        <source>结果</source>
        <translation>Result</translation>
    </message>
    <message>
        <source>一起签的办件</source>
        <translation>Cases signed together</translation>
    </message>
    <message>
        <source>正在签：签好 {n} / {total} 件</source>
        <translation>Signing: {n} of {total} done</translation>
    </message>
    <message>
        <source>签完手上这一件就停，其余不签。</source>
        <translation>Stops after the one in hand; the rest is not signed.</translation>
    </message>
    <message>
        <source>可以随时停下：签了的算数，没签的还留在您手里。</source>
        <translation>You can stop at any time: what is signed counts, the rest stays in your hands.</translation>
    </message>
    <message>
        <source>您叫停了。没签的还留在您手里，可以接着签。</source>
        <translation>You stopped it. What is not signed is still in your hands; you can go on.</translation>
    </message>
    <message>
        <source>没签成的在下面写着原因；按 Enter 打开那一件。</source>
        <translation>The reason stands beside each that was not signed; Enter opens it.</translation>
    </message>
    <message>
        <source>每一件都签了章、送到了。</source>
        <translation>Every case is signed and delivered.</translation>
    </message>
    <message>
        <source>没签</source>
        <translation>Not signed</translation>
    </message>
    <message>
        <source>正在签</source>
        <translation>Signing</translation>
    </message>
    <message>
        <source>已签</source>
        <translation>Signed</translation>
    </message>
    <message>
        <source>没签成</source>
        <translation>Failed</translation>
    </message>
    <message>
        <source>没签，过时了</source>
        <translation>Claim ran out</translation>
    </message>
    <message>
        <source>打开看过，等着签：{act}</source>
        <translation>Looked at, waits to be signed: {act}</translation>
    </message>
</context>
<context>
    <name>BatchWork</name>
    <message>
        <source>正在签章</source>
        <translation>Signing</translation>
    </message>
    <message>
        <source>正在签第 {at} / {total} 件：{who}</source>
        <translation>Signing {at} of {total}: {who}</translation>
    </message>
    <message>
        <source>签完手上这一件就停</source>
        <translation>Stops after the one in hand</translation>
    </message>
</context>
<context>
    <name>Button</name>
    <message>
        <source>上一个</source>
        <translation>Previous</translation>
    </message>
    <message>
        <source>下一个</source>
        <translation>Next</translation>
    </message>
    <message>
        <source>放大</source>
        <translation>Zoom in</translation>
    </message>
    <message>
        <source>缩小</source>
        <translation>Zoom out</translation>
    </message>
    <message>
        <source>和窗口一样宽</source>
        <translation>As wide as the window</translation>
    </message>
    <message>
        <source>转 90°</source>
        <translation>Turn by 90°</translation>
    </message>
    <message>
        <source>去掉</source>
        <translation>Remove</translation>
    </message>
    <message>
        <source>更多</source>
        <translation>More</translation>
    </message>
    <message>
        <source>选日期</source>
        <translation>Pick a date</translation>
    </message>
    <message>
        <source>{name}（{key}）</source>
        <translation>{name} ({key})</translation>
    </message>
</context>
<context>
    <name>Calendar</name>
    <message>
        <source>上一年</source>
        <translation>Previous year</translation>
    </message>
    <message>
        <source>上个月</source>
        <translation>Previous month</translation>
    </message>
    <message>
        <source>下个月</source>
        <translation>Next month</translation>
    </message>
    <message>
        <source>下一年</source>
        <translation>Next year</translation>
    </message>
    <message>
        <source>{year} 年 {month}</source>
        <translation>{month} {year}</translation>
    </message>
</context>
<context>
    <name>CameraPage</name>
    <message>
        <source>这台的画面</source>
        <translation>this camera&apos;s picture</translation>
    </message>
    <message>
        <source>好了</source>
        <translation>Done</translation>
    </message>
    <message>
        <source>转 90 度</source>
        <translation>Turn by 90°</translation>
    </message>
    <message>
        <source>都还给它自动</source>
        <translation>Leave it all to the camera</translation>
    </message>
    <message>
        <source>正在打开</source>
        <translation>Opening</translation>
    </message>
    <message>
        <source>{w} × {h} 像素</source>
        <translation>{w} × {h} pixels</translation>
    </message>
    <message>
        <source>照片大小</source>
        <translation>Photograph size</translation>
    </message>
    <message>
        <source>实时画面大小</source>
        <translation>Live picture size</translation>
    </message>
    <message>
        <source>对焦</source>
        <translation>Focus</translation>
    </message>
    <message>
        <source>亮度</source>
        <translation>Brightness</translation>
    </message>
    <message>
        <source>大小、对焦和亮度在这台自己的设置里调；这里可以转画面。</source>
        <translation>Size, focus and brightness are set in the camera itself; here its picture can be turned.</translation>
    </message>
    <message>
        <source>自动</source>
        <translation>Automatic</translation>
    </message>
    <message>
        <source>{what}自动</source>
        <translation>{what} automatic</translation>
    </message>
</context>
<context>
    <name>CameraStage</name>
    <message>
        <source>把纸放到高拍仪下面</source>
        <translation>Lay the paper under the camera</translation>
    </message>
    <message>
        <source>放稳，别动</source>
        <translation>Hold it still</translation>
    </message>
    <message>
        <source>放稳了，马上自动拍</source>
        <translation>Still; the photo is taken now</translation>
    </message>
    <message>
        <source>拍好了</source>
        <translation>Taken</translation>
    </message>
    <message>
        <source>拍过了，换下一张</source>
        <translation>Taken already; lay the next one</translation>
    </message>
    <message>
        <source>按 F2 拍照</source>
        <translation>Press F2 to take the photo</translation>
    </message>
    <message>
        <source>四角齐</source>
        <translation>all corners seen</translation>
    </message>
</context>
<context>
    <name>CardModel</name>
    <message>
        <source>，</source>
        <translation>, </translation>
    </message>
</context>
<context>
    <name>CaseView</name>
    <message>
        <source>事项</source>
        <translation>Service item</translation>
    </message>
    <message>
        <source>申请人</source>
        <translation>Applicant</translation>
    </message>
    <message>
        <source>表单</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>材料</source>
        <translation>Papers</translation>
    </message>
    <message>
        <source>签字提交</source>
        <translation>Sign</translation>
    </message>
    <message>
        <source>下一步</source>
        <translation>Next step</translation>
    </message>
    <message>
        <source>还缺什么</source>
        <translation>Still missing</translation>
    </message>
    <message>
        <source>还没填是谁</source>
        <translation>Applicant not yet known</translation>
    </message>
    <message>
        <source>{n} 岁</source>
        <translation>aged {n}</translation>
    </message>
    <message>
        <source>{n} 样</source>
        <translation>{n} in all</translation>
    </message>
    <message>
        <source>本步</source>
        <translation>Here</translation>
    </message>
    <message>
        <source>第 {n} 步 {name}</source>
        <translation>{n} {name}</translation>
    </message>
    <message>
        <source>什么都不缺了。</source>
        <translation>Nothing is missing any more.</translation>
    </message>
    <message>
        <source>下一步 {name}</source>
        <translation>Next: {name}</translation>
    </message>
    <message>
        <source>不齐也可以先走下一步，送出之前会再核一遍。</source>
        <translation>You can go on now; all is checked again before sending.</translation>
    </message>
    <message>
        <source>核对</source>
        <translation>Checks</translation>
    </message>
    <message>
        <source>案卷的页面</source>
        <translation>Pages of the dossier</translation>
    </message>
    <message>
        <source>电子表单</source>
        <translation>E-form</translation>
    </message>
    <message>
        <source>{station}{agent} {time} 受理</source>
        <translation>Accepted {time}, {station}{agent}</translation>
    </message>
    <message>
        <source>您在办，保留到 {time}</source>
        <translation>Yours until {time}</translation>
    </message>
    <message>
        <source>只看，没有领到手里</source>
        <translation>Viewing only</translation>
    </message>
    <message>
        <source>{n} 格</source>
        <translation>Fields: {n}</translation>
    </message>
    <message>
        <source>核对：{n} 处要看</source>
        <translation>Checks: {n} to look at</translation>
    </message>
    <message>
        <source>核对：都对得上</source>
        <translation>Checks: all agree</translation>
    </message>
    <message>
        <source>不缺了</source>
        <translation>Nothing missing</translation>
    </message>
    <message>
        <source>还缺 {n} 样</source>
        <translation>{n} missing</translation>
    </message>
</context>
<context>
    <name>CasesPage</name>
    <message>
        <source>找办件</source>
        <translation>Find a case</translation>
    </message>
    <message>
        <source>姓名、编号或事项</source>
        <translation>Name, number or service item</translation>
    </message>
    <message>
        <source>办件</source>
        <translation>Cases</translation>
    </message>
    <message>
        <source>还没有办件</source>
        <translation>No cases yet</translation>
    </message>
    <message>
        <source>在“办事”里选一个事项就开始。</source>
        <translation>Choose a service item under &quot;Serve&quot; to begin.</translation>
    </message>
    <message>
        <source>事项</source>
        <translation>Service item</translation>
    </message>
    <message>
        <source>申请人</source>
        <translation>Applicant</translation>
    </message>
    <message>
        <source>编号</source>
        <translation>Number</translation>
    </message>
    <message>
        <source>受理</source>
        <translation>Accepted</translation>
    </message>
    <message>
        <source>状态</source>
        <translation>State</translation>
    </message>
    <message>
        <source>没办完</source>
        <translation>Unfinished</translation>
    </message>
    <message>
        <source>退回补正</source>
        <translation>To correct</translation>
    </message>
    <message>
        <source>待传</source>
        <translation>Outbox</translation>
    </message>
    <message>
        <source>已送镇里</source>
        <translation>Sent to township</translation>
    </message>
    <message>
        <source>{n} 件</source>
        <translation>Cases: {n}</translation>
    </message>
    <message>
        <source>写办件编号，或者它的开头</source>
        <translation>The case number, or its beginning</translation>
    </message>
    <message>
        <source>什么状态</source>
        <translation>State</translation>
    </message>
    <message>
        <source>所有状态</source>
        <translation>All states</translation>
    </message>
    <message>
        <source>在办的</source>
        <translation>Under way</translation>
    </message>
    <message>
        <source>办结的</source>
        <translation>Closed</translation>
    </message>
    <message>
        <source>什么牌</source>
        <translation>Cards</translation>
    </message>
    <message>
        <source>有牌没牌都看</source>
        <translation>With or without a card</translation>
    </message>
    <message>
        <source>黄牌</source>
        <translation>Yellow card</translation>
    </message>
    <message>
        <source>红牌</source>
        <translation>Red card</translation>
    </message>
    <message>
        <source>再看 50 件</source>
        <translation>Show 50 more</translation>
    </message>
    <message>
        <source>没有这样的办件</source>
        <translation>No such cases</translation>
    </message>
    <message>
        <source>谁</source>
        <translation>Applicant</translation>
    </message>
    <message>
        <source>村站</source>
        <translation>Village station</translation>
    </message>
    <message>
        <source>时限</source>
        <translation>Time limit</translation>
    </message>
    <message>
        <source>动过</source>
        <translation>Last change</translation>
    </message>
    <message>
        <source>按编号找</source>
        <translation>Find by number</translation>
    </message>
    <message>
        <source>打开选中的一件</source>
        <translation>Open the chosen case</translation>
    </message>
    <message>
        <source>去办打开的这件</source>
        <translation>Work on the open case</translation>
    </message>
    <message>
        <source>回到所有办件</source>
        <translation>Back to all cases</translation>
    </message>
    <message>
        <source>只看 {unit}，按 Esc 看全部</source>
        <translation>Only {unit}; Esc shows all</translation>
    </message>
    <message>
        <source>新动过的在前</source>
        <translation>Latest change first</translation>
    </message>
    <message>
        <source>再试一次</source>
        <translation>Try again</translation>
    </message>
    <message>
        <source>存打开这件的归档包</source>
        <translation>Save the archive package of the open case</translation>
    </message>
</context>
<context>
    <name>Choice</name>
    <message>
        <source>{text}，{note}</source>
        <translation>{text}, {note}</translation>
    </message>
</context>
<context>
    <name>CrashWindow</name>
    <message>
        <source>出了没料到的错</source>
        <translation>Something unexpected happened</translation>
    </message>
    <message>
        <source>问题报告</source>
        <translation>Problem report</translation>
    </message>
    <message>
        <source>看报告</source>
        <translation>Show report</translation>
    </message>
    <message>
        <source>复制报告</source>
        <translation>Copy report</translation>
    </message>
    <message>
        <source>接着用</source>
        <translation>Go on</translation>
    </message>
    <message>
        <source>一共 {count} 处。</source>
        <translation>{count} in all.</translation>
    </message>
    <message>
        <source>报告写在 {path}</source>
        <translation>The report is at {path}</translation>
    </message>
    <message>
        <source>报告没能写到磁盘上，请先复制下来。</source>
        <translation>The report could not be written to disk; please copy it first.</translation>
    </message>
</context>
<context>
    <name>CropView</name>
    <message>
        <source>左上角</source>
        <translation>top left corner</translation>
    </message>
    <message>
        <source>右上角</source>
        <translation>top right corner</translation>
    </message>
    <message>
        <source>右下角</source>
        <translation>bottom right corner</translation>
    </message>
    <message>
        <source>左下角</source>
        <translation>bottom left corner</translation>
    </message>
    <message>
        <source>裁边，正在挪{corner}；数字键 1 到 4 换角，方向键挪动</source>
        <translation>Crop, holding the {corner}; keys 1 to 4 change the corner, arrows move it</translation>
    </message>
</context>
<context>
    <name>DashboardPage</name>
    <message>
        <source>看多长时间</source>
        <translation>Period</translation>
    </message>
    <message>
        <source>本月</source>
        <translation>This month</translation>
    </message>
    <message>
        <source>今年</source>
        <translation>This year</translation>
    </message>
    <message>
        <source>开办以来</source>
        <translation>Since the start</translation>
    </message>
    <message>
        <source>导出</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>今天受理</source>
        <translation>Accepted today</translation>
    </message>
    <message>
        <source>件</source>
        <translation>cases</translation>
    </message>
    <message>
        <source>按时办理</source>
        <translation>On time</translation>
    </message>
    <message>
        <source>平均用时</source>
        <translation>Mean time</translation>
    </message>
    <message>
        <source>天</source>
        <translation>days</translation>
    </message>
    <message>
        <source>黄牌</source>
        <translation>Yellow</translation>
    </message>
    <message>
        <source>快到期</source>
        <translation>due soon</translation>
    </message>
    <message>
        <source>红牌</source>
        <translation>Red</translation>
    </message>
    <message>
        <source>超时</source>
        <translation>overdue</translation>
    </message>
    <message>
        <source>乡镇</source>
        <translation>Township</translation>
    </message>
    <message>
        <source>在办的</source>
        <translation>Under way</translation>
    </message>
    <message>
        <source>退回和不予受理的原因</source>
        <translation>Reasons for returns and refusals</translation>
    </message>
    <message>
        <source> 次</source>
        <translation> times</translation>
    </message>
    <message>
        <source>各乡镇</source>
        <translation>Townships</translation>
    </message>
    <message>
        <source>一次没办成的原因</source>
        <translation>Why it took more than one visit</translation>
    </message>
    <message>
        <source>名次</source>
        <translation>No.</translation>
    </message>
    <message>
        <source>受理</source>
        <translation>Cases</translation>
    </message>
    <message>
        <source>在办</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>按时</source>
        <translation>On time</translation>
    </message>
    <message>
        <source>状态</source>
        <translation>State</translation>
    </message>
    <message>
        <source>事项</source>
        <translation>Service item</translation>
    </message>
    <message>
        <source>时限</source>
        <translation>Time limit</translation>
    </message>
    <message>
        <source>打开这个数的名单</source>
        <translation>Open the list behind the figure</translation>
    </message>
    <message>
        <source>导出统计</source>
        <translation>Export statistics</translation>
    </message>
    <message>
        <source>{area} 今天</source>
        <translation>{area} today</translation>
    </message>
    <message>
        <source>正在取数</source>
        <translation>Fetching the figures</translation>
    </message>
    <message>
        <source>{day} {weekday} {time} 更新</source>
        <translation>Updated {weekday} {day}, {time}</translation>
    </message>
    <message>
        <source>{period} {n} 步</source>
        <translation>{period}: {n} stages</translation>
    </message>
    <message>
        <source>开办</source>
        <translation>the start</translation>
    </message>
    <message>
        <source>{begin}到今天，按时率高的在前</source>
        <translation>From {begin} to today, best on-time rate first</translation>
    </message>
    <message>
        <source>{period} {n} 次</source>
        <translation>{period}: {n}</translation>
    </message>
    <message>
        <source>{period}没有退回</source>
        <translation>{period}: no returns</translation>
    </message>
    <message>
        <source>电子监察.xlsx</source>
        <translation>supervision.xlsx</translation>
    </message>
    <message>
        <source>已导出到 {file}</source>
        <translation>Exported to {file}</translation>
    </message>
    <message>
        <source>再试一次</source>
        <translation>Try again</translation>
    </message>
    <message>
        <source>每周件数</source>
        <translation>Cases per week</translation>
    </message>
    <message>
        <source>今天受理的</source>
        <translation>taken in today</translation>
    </message>
    <message>
        <source>用时</source>
        <translation>Days</translation>
    </message>
    <message>
        <source>{n} 天</source>
        <translation>{n} d</translation>
    </message>
    <message>
        <source>在办的 {n}</source>
        <translation>Under way {n}</translation>
    </message>
    <message>
        <source>本周 {this} 件，上周 {last} 件</source>
        <translation>{this} this week, {last} last</translation>
    </message>
    <message>
        <source>承诺 {promised} 天，法定 {legal} 天</source>
        <translation>promised {promised}, legal {legal}</translation>
    </message>
    <message>
        <source>{period}还没有办结</source>
        <translation>{period}: none decided</translation>
    </message>
    <message>
        <source>，</source>
        <translation>, </translation>
    </message>
    <message>
        <source>{period}发过：{dealt}</source>
        <translation>{period}: {dealt}</translation>
    </message>
    <message>
        <source>{period}没有发过</source>
        <translation>{period}: none</translation>
    </message>
    <message>
        <source>有牌的、快到期的在前</source>
        <translation>Cards first, then by time left</translation>
    </message>
    <message>
        <source>近 {n} 周，最后是本周</source>
        <translation>{n} weeks, this one last</translation>
    </message>
    <message>
        <source>办结</source>
        <translation>Decided</translation>
    </message>
</context>
<context>
    <name>DeclineDialog</name>
    <message>
        <source>退回申请</source>
        <translation>Decline the request</translation>
    </message>
    <message>
        <source>{name}，{rest}</source>
        <translation>{name}, {rest}</translation>
    </message>
    <message>
        <source>退回</source>
        <translation>Decline</translation>
    </message>
    <message>
        <source>为什么</source>
        <translation>Why</translation>
    </message>
    <message>
        <source>为什么（本人取证书时会看到）</source>
        <translation>Why (the holder reads it when fetching the certificate)</translation>
    </message>
</context>
<context>
    <name>DelegateCard</name>
    <message>
        <source>子女</source>
        <translation>Child</translation>
    </message>
    <message>
        <source>配偶</source>
        <translation>Spouse</translation>
    </message>
    <message>
        <source>父母</source>
        <translation>Parent</translation>
    </message>
    <message>
        <source>孙辈</source>
        <translation>Grandchild</translation>
    </message>
    <message>
        <source>监护人</source>
        <translation>Guardian</translation>
    </message>
    <message>
        <source>其他亲属</source>
        <translation>Other kin</translation>
    </message>
    <message>
        <source>邻居</source>
        <translation>Neighbour</translation>
    </message>
    <message>
        <source>村干部</source>
        <translation>Village cadre</translation>
    </message>
    <message>
        <source>和申请人的关系</source>
        <translation>Relation to the applicant</translation>
    </message>
    <message>
        <source>请选</source>
        <translation>Please choose</translation>
    </message>
    <message>
        <source>是申请人的什么人</source>
        <translation>Relation to the applicant</translation>
    </message>
    <message>
        <source>读代办人身份证</source>
        <translation>Read the delegate&apos;s card</translation>
    </message>
    <message>
        <source>拍代办人身份证</source>
        <translation>Photograph it</translation>
    </message>
    <message>
        <source>代办人都对过了</source>
        <translation>All compared</translation>
    </message>
    <message>
        <source>打一张委托书</source>
        <translation>Print an authorisation</translation>
    </message>
    <message>
        <source>代办人身份证上的照片</source>
        <translation>Picture on the delegate&apos;s card</translation>
    </message>
    <message>
        <source>代办人</source>
        <translation>Delegate</translation>
    </message>
    <message>
        <source>委托书和代办人身份证，在第 4 步“材料”里拍。</source>
        <translation>Authorisation and the delegate&apos;s card are photographed in step 4, Papers.</translation>
    </message>
</context>
<context>
    <name>DeliveryDialog</name>
    <message>
        <source>结果交给谁了？</source>
        <translation>Who takes the result?</translation>
    </message>
    <message>
        <source>记下以后带您的签名存进办件记录，不能改。</source>
        <translation>It goes into the record with your signature and cannot be changed.</translation>
    </message>
    <message>
        <source>签名记下</source>
        <translation>Sign and record</translation>
    </message>
    <message>
        <source>领取人姓名</source>
        <translation>Name of whoever takes it</translation>
    </message>
</context>
<context>
    <name>DeskSettings</name>
    <message>
        <source>本机的培训中心</source>
        <translation>The training hub of this PC</translation>
    </message>
</context>
<context>
    <name>DeviceBench</name>
    <message>
        <source>拍好了，{w} × {h} 像素</source>
        <translation>Photographed, {w} × {h} pixels</translation>
    </message>
    <message>
        <source>扫好 {n} 页</source>
        <translation>Pages scanned: {n}</translation>
    </message>
    <message>
        <source>读到了：{name}</source>
        <translation>Read: {name}</translation>
    </message>
</context>
<context>
    <name>DeviceCard</name>
    <message>
        <source>试出来的样子</source>
        <translation>What the trial gave</translation>
    </message>
    <message>
        <source>拍一张试试</source>
        <translation>Take a trial photo</translation>
    </message>
    <message>
        <source>扫一张试试</source>
        <translation>Scan a trial page</translation>
    </message>
    <message>
        <source>读张卡试试</source>
        <translation>Read a trial card</translation>
    </message>
    <message>
        <source>正在用这台</source>
        <translation>In use</translation>
    </message>
    <message>
        <source>改用这台</source>
        <translation>Use this one</translation>
    </message>
    <message>
        <source>能用</source>
        <translation>Ready</translation>
    </message>
    <message>
        <source>要看一下</source>
        <translation>Needs a look</translation>
    </message>
    <message>
        <source>正在试</source>
        <translation>Trying</translation>
    </message>
    <message>
        <source>没成</source>
        <translation>Failed</translation>
    </message>
    <message>
        <source>拍人像用这台</source>
        <translation>Takes the portraits</translation>
    </message>
    <message>
        <source>用来拍人像</source>
        <translation>Use it for portraits</translation>
    </message>
    <message>
        <source>去掉</source>
        <translation>Remove</translation>
    </message>
    <message>
        <source>调整</source>
        <translation>Adjust</translation>
    </message>
</context>
<context>
    <name>DeviceChip</name>
    <message>
        <source>：能用</source>
        <translation>: ready</translation>
    </message>
    <message>
        <source>：没接上</source>
        <translation>: not connected</translation>
    </message>
</context>
<context>
    <name>DevicesPage</name>
    <message>
        <source>正在找设备</source>
        <translation>Looking for devices</translation>
    </message>
    <message>
        <source>没有找到设备</source>
        <translation>No devices found</translation>
    </message>
    <message>
        <source>插好以后点“再找一次”。</source>
        <translation>Plug one in, then press &quot;Look again&quot;.</translation>
    </message>
    <message>
        <source>培训密钥</source>
        <translation>Training key</translation>
    </message>
    <message>
        <source>能用</source>
        <translation>Ready</translation>
    </message>
    <message>
        <source>是谁的</source>
        <translation>Owner</translation>
    </message>
    <message>
        <source>用到</source>
        <translation>Until</translation>
    </message>
    <message>
        <source>口令</source>
        <translation>PIN</translation>
    </message>
    <message>
        <source>还可试 {n} 次</source>
        <translation>Tries left: {n}</translation>
    </message>
    <message>
        <source>网络设备的地址</source>
        <translation>Address of a network device</translation>
    </message>
    <message>
        <source>加上</source>
        <translation>Add</translation>
    </message>
    <message>
        <source>网络高拍仪、扫描仪</source>
        <translation>Network cameras and scanners</translation>
    </message>
</context>
<context>
    <name>DoubtBlock</name>
    <message>
        <source>{label}，请核对：{why}</source>
        <translation>{label}, please check: {why}</translation>
    </message>
    <message>
        <source>核对过了</source>
        <translation>Looked at</translation>
    </message>
</context>
<context>
    <name>Enlarged</name>
    <message>
        <source>放大的地方</source>
        <translation>The place enlarged</translation>
    </message>
    <message>
        <source>放大</source>
        <translation>Enlarged</translation>
    </message>
</context>
<context>
    <name>FieldLine</name>
    <message>
        <source>{label}：{value}</source>
        <translation>{label}: {value}</translation>
    </message>
</context>
<context>
    <name>FormStep</name>
    <message>
        <source>请选</source>
        <translation>Please choose</translation>
    </message>
    <message>
        <source>没错</source>
        <translation>It is right</translation>
    </message>
    <message>
        <source>是 {word}</source>
        <translation>It is {word}</translation>
    </message>
    <message>
        <source>看整页</source>
        <translation>Whole page</translation>
    </message>
    <message>
        <source>拍纸质表</source>
        <translation>Photograph the form</translation>
    </message>
    <message>
        <source>进纸扫描</source>
        <translation>Feed and scan</translation>
    </message>
    <message>
        <source>下一处</source>
        <translation>Next doubt</translation>
    </message>
    <message>
        <source>申请表</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>高拍仪画面</source>
        <translation>Picture of the document camera</translation>
    </message>
    <message>
        <source>拍照</source>
        <translation>Photograph</translation>
    </message>
    <message>
        <source>不拍了</source>
        <translation>Back to the fields</translation>
    </message>
    <message>
        <source>放上填好的纸质表</source>
        <translation>Lay the filled form under the camera</translation>
    </message>
    <message>
        <source>纸质表</source>
        <translation>The paper form</translation>
    </message>
    <message>
        <source>回到表单</source>
        <translation>Back to the fields</translation>
    </message>
    <message>
        <source>这张表不要了</source>
        <translation>Leave this form out</translation>
    </message>
    <message>
        <source>纸质申请表</source>
        <translation>The paper form</translation>
    </message>
    <message>
        <source>认出 {n} 项</source>
        <translation>{n} fields read</translation>
    </message>
    <message>
        <source>{n} 项请看一眼</source>
        <translation>{n} to look at</translation>
    </message>
    <message>
        <source>正在认纸质表上的字</source>
        <translation>Reading the paper form</translation>
    </message>
    <message>
        <source>认出 {n} 项，{m} 项请看一眼</source>
        <translation>{n} fields read, {m} to look at</translation>
    </message>
    <message>
        <source>认出 {n} 项，都清楚</source>
        <translation>{n} fields read, all clear</translation>
    </message>
    <message>
        <source>纸质表没有认完</source>
        <translation>The paper form was not read to its end</translation>
    </message>
    <message>
        <source>拍的这一页已经存好。</source>
        <translation>The picture of it is kept.</translation>
    </message>
    <message>
        <source>再认一遍</source>
        <translation>Read it again</translation>
    </message>
    <message>
        <source>留着，手工填</source>
        <translation>Keep it, fill in by hand</translation>
    </message>
    <message>
        <source>这张不要了</source>
        <translation>Leave it out</translation>
    </message>
    <message>
        <source>纸质表拿掉了</source>
        <translation>The paper form was left out</translation>
    </message>
</context>
<context>
    <name>HelpSheet</name>
    <message>
        <source>快捷键</source>
        <translation>Keys</translation>
    </message>
    <message>
        <source>知道了</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>这一页</source>
        <translation>On this page</translation>
    </message>
    <message>
        <source>哪里都能用</source>
        <translation>Everywhere</translation>
    </message>
</context>
<context>
    <name>HomeView</name>
    <message>
        <source>找事项</source>
        <translation>Find a service item</translation>
    </message>
    <message>
        <source>要办什么事？写名称或拼音首字母，如 glbt</source>
        <translation>What is to be done? Name or pinyin initials, e.g. glbt</translation>
    </message>
    <message>
        <source>读身份证</source>
        <translation>Read ID card</translation>
    </message>
    <message>
        <source>带了身份证？先读卡再选事项，资料会自己填好。</source>
        <translation>ID card at hand? Read it first and the form fills itself.</translation>
    </message>
    <message>
        <source>常办的事</source>
        <translation>Most used</translation>
    </message>
    <message>
        <source>办得多的在前</source>
        <translation>Most cases first</translation>
    </message>
    <message>
        <source>按类找</source>
        <translation>By category</translation>
    </message>
    <message>
        <source>{name} {count}</source>
        <translation>{name} {count}</translation>
    </message>
    <message>
        <source>共 {n} 项</source>
        <translation>{n} in all</translation>
    </message>
    <message>
        <source>材料 {n} 样</source>
        <translation>Papers: {n}</translation>
    </message>
    <message>
        <source>{n} 个工作日</source>
        <translation>working days: {n}</translation>
    </message>
    <message>
        <source>{n} 件</source>
        <translation>{n}×</translation>
    </message>
    <message>
        <source>今天</source>
        <translation>Today</translation>
    </message>
    <message>
        <source>件</source>
        <translation>cases</translation>
    </message>
    <message>
        <source>受理</source>
        <translation>Accepted</translation>
    </message>
    <message>
        <source>已送镇里</source>
        <translation>Sent</translation>
    </message>
    <message>
        <source>待传</source>
        <translation>Outbox</translation>
    </message>
    <message>
        <source>等您处理</source>
        <translation>Waiting for you</translation>
    </message>
    <message>
        <source>去补正</source>
        <translation>Correct</translation>
    </message>
    <message>
        <source>{n} 件，都存好了</source>
        <translation>{n}, all saved</translation>
    </message>
    <message>
        <source>没办完的</source>
        <translation>Unfinished</translation>
    </message>
    <message>
        <source>接着办</source>
        <translation>Go on</translation>
    </message>
    <message>
        <source>没有，手头是空的。</source>
        <translation>None; nothing is waiting.</translation>
    </message>
    <message>
        <source>退回补正</source>
        <translation>To correct</translation>
    </message>
    <message>
        <source>还缺 {n} 样</source>
        <translation>{n} missing</translation>
    </message>
    <message>
        <source>还没填是谁</source>
        <translation>Applicant not yet known</translation>
    </message>
    <message>
        <source>找到 {n} 项</source>
        <translation>Found: {n}</translation>
    </message>
    <message>
        <source>{kind} · {days} 个工作日</source>
        <translation>{kind} · working days: {days}</translation>
    </message>
    <message>
        <source>没有要找的？按 Esc 回到按类找。</source>
        <translation>Not there? Esc leads back to the categories.</translation>
    </message>
    <message>
        <source>办这件</source>
        <translation>Begin</translation>
    </message>
    <message>
        <source>打印办事指南</source>
        <translation>Print service guide</translation>
    </message>
    <message>
        <source>示例事项，内容以县级公布为准</source>
        <translation>Example item; what the county publishes is valid</translation>
    </message>
</context>
<context>
    <name>ItemStep</name>
    <message>
        <source>打印一次性告知单</source>
        <translation>Print one-time notice</translation>
    </message>
    <message>
        <source>打印办事指南</source>
        <translation>Print service guide</translation>
    </message>
    <message>
        <source>办理条件</source>
        <translation>Conditions</translation>
    </message>
    <message>
        <source>办事指南</source>
        <translation>Service guide</translation>
    </message>
    <message>
        <source>是</source>
        <translation>Yes</translation>
    </message>
    <message>
        <source>不是</source>
        <translation>No</translation>
    </message>
    <message>
        <source>填完就知道</source>
        <translation>Known when the form is filled in</translation>
    </message>
</context>
<context>
    <name>ItemView</name>
    <message>
        <source>所有事项</source>
        <translation>All items</translation>
    </message>
    <message>
        <source>{code} · {department} · 第 {version} 版，{day} 起 · {route}</source>
        <translation>{code} · {department} · version {version}, from {day} · {route}</translation>
    </message>
    <message>
        <source>这一版照用。在文件里改好，版本号加一，再导入。</source>
        <translation>This version stays in force. Mend it in the file, raise its version by one, and import it again.</translation>
    </message>
    <message>
        <source>办事指南</source>
        <translation>Service guide</translation>
    </message>
    <message>
        <source>谁办、几天</source>
        <translation>Who and how long</translation>
    </message>
    <message>
        <source>作决定，盖章</source>
        <translation>decides and seals</translation>
    </message>
    <message>
        <source>审核</source>
        <translation>reviews</translation>
    </message>
    <message>
        <source>{n} 个工作日</source>
        <translation>{n} working days</translation>
    </message>
    <message>
        <source>法定 {n} 个</source>
        <translation>{n} by law</translation>
    </message>
    <message>
        <source>一共承诺 {days} 个工作日，法定 {legal} 个</source>
        <translation>{days} working days promised in all, {legal} by law</translation>
    </message>
    <message>
        <source>材料 {n} 样</source>
        <translation>{n} papers</translation>
    </message>
    <message>
        <source>不用带材料</source>
        <translation>No papers needed</translation>
    </message>
    <message>
        <source>版本</source>
        <translation>Versions</translation>
    </message>
    <message>
        <source>第 {version} 版，{day} 起</source>
        <translation>Version {version}, from {day}</translation>
    </message>
    <message>
        <source>新办件用</source>
        <translation>for new cases</translation>
    </message>
    <message>
        <source>旧办件接着用</source>
        <translation>for cases opened with it</translation>
    </message>
    <message>
        <source>、</source>
        <translation>, </translation>
    </message>
    <message>
        <source>{name}（{pages}）</source>
        <translation>{name} ({pages})</translation>
    </message>
    <message>
        <source>符合情形的才交</source>
        <translation>Only where it applies</translation>
    </message>
    <message>
        <source>可以免交：{why}</source>
        <translation>May be left out: {why}</translation>
    </message>
    <message>
        <source>可以承诺 {n} 个工作日内补交</source>
        <translation>May be promised for later, within {n} working days</translation>
    </message>
</context>
<context>
    <name>ItemsPage</name>
    <message>
        <source>事项</source>
        <translation>Items</translation>
    </message>
    <message>
        <source>部门</source>
        <translation>Department</translation>
    </message>
    <message>
        <source>谁办</source>
        <translation>Route</translation>
    </message>
    <message>
        <source>版</source>
        <translation>V.</translation>
    </message>
    <message>
        <source>状态</source>
        <translation>State</translation>
    </message>
    <message>
        <source>生效</source>
        <translation>From</translation>
    </message>
    <message>
        <source>上次导入</source>
        <translation>Last import</translation>
    </message>
    <message>
        <source>导出</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>找事项</source>
        <translation>Find an item</translation>
    </message>
    <message>
        <source>名称、拼音首字母、编码或部门</source>
        <translation>Name, pinyin initials, code or department</translation>
    </message>
    <message>
        <source>全部</source>
        <translation>All</translation>
    </message>
    <message>
        <source>没有这样的事项</source>
        <translation>There is no such item</translation>
    </message>
    <message>
        <source>导入</source>
        <translation>Import</translation>
    </message>
    <message>
        <source>还没有导入过。先导出一份 XLSX，改好再导入，最省事；YAML、JSON 也行。</source>
        <translation>Nothing was imported yet. The easiest way: export an XLSX, change it, import it; YAML and JSON do as well.</translation>
    </message>
    <message>
        <source>打开选中的事项</source>
        <translation>Open the chosen item</translation>
    </message>
    <message>
        <source>导入一个文件</source>
        <translation>Import a file</translation>
    </message>
    <message>
        <source>全部导出成 XLSX</source>
        <translation>Export all as XLSX</translation>
    </message>
    <message>
        <source>打开、收起上次导入（大字时）</source>
        <translation>Open or close the last import (at large type)</translation>
    </message>
    <message>
        <source>回到所有事项</source>
        <translation>Back to all items</translation>
    </message>
    <message>
        <source>便民 {convenience} 项，许可 {licensing} 项</source>
        <translation>{convenience} convenience items, {licensing} licensing items</translation>
    </message>
    <message>
        <source>正在核对事项……</source>
        <translation>Checking the items…</translation>
    </message>
    <message>
        <source>全部 {n}</source>
        <translation>All {n}</translation>
    </message>
    <message>
        <source>在用 {n}</source>
        <translation>In use {n}</translation>
    </message>
    <message>
        <source>示例 {n}</source>
        <translation>Examples {n}</translation>
    </message>
    <message>
        <source>要改 {n}</source>
        <translation>To mend {n}</translation>
    </message>
    <message>
        <source>上次导入 {n} 项要看</source>
        <translation>Last import: look at {n}</translation>
    </message>
    <message>
        <source>{when}，{file}</source>
        <translation>{when}, {file}</translation>
    </message>
    <message>
        <source>{n} 项发布了</source>
        <translation>{n} published</translation>
    </message>
    <message>
        <source>{n} 项没变</source>
        <translation>{n} unchanged</translation>
    </message>
    <message>
        <source>{n} 项没进来</source>
        <translation>{n} left out</translation>
    </message>
    <message>
        <source>没导进来，仍用第 {version} 版。</source>
        <translation>It was not taken; version {version} stays in force.</translation>
    </message>
    <message>
        <source>没导进来。</source>
        <translation>It was not taken.</translation>
    </message>
    <message>
        <source>导入事项</source>
        <translation>Import items</translation>
    </message>
    <message>
        <source>事项文件 ({endings})</source>
        <translation>Item files ({endings})</translation>
    </message>
    <message>
        <source>导出全部事项</source>
        <translation>Export all items</translation>
    </message>
    <message>
        <source>知道了</source>
        <translation>Got it</translation>
    </message>
</context>
<context>
    <name>ItemsWork</name>
    <message>
        <source>正在发布 {n} 项</source>
        <translation>Publishing {n} items</translation>
    </message>
    <message>
        <source>事项都写进了 {file}</source>
        <translation>All items were written to {file}</translation>
    </message>
    <message>
        <source>发布了 {n} 项，{left} 项没进来</source>
        <translation>{n} published, {left} left out</translation>
    </message>
    <message>
        <source>发布了 {n} 项</source>
        <translation>{n} published</translation>
    </message>
    <message>
        <source>{left} 项没进来，什么都没改</source>
        <translation>{left} left out, nothing was changed</translation>
    </message>
    <message>
        <source>和现在的一样，什么都没改</source>
        <translation>Just as it is now; nothing was changed</translation>
    </message>
</context>
<context>
    <name>Labelled</name>
    <message>
        <source>必填</source>
        <translation>required</translation>
    </message>
    <message>
        <source>读卡</source>
        <translation>From the card</translation>
    </message>
    <message>
        <source>认字</source>
        <translation>Read from paper</translation>
    </message>
    <message>
        <source>上次留的</source>
        <translation>Left last time</translation>
    </message>
</context>
<context>
    <name>LimitBar</name>
    <message>
        <source>已用</source>
        <translation>used</translation>
    </message>
    <message>
        <source>今天</source>
        <translation>today</translation>
    </message>
    <message>
        <source>还有</source>
        <translation>left</translation>
    </message>
    <message>
        <source>不计时</source>
        <translation>not counted</translation>
    </message>
    <message>
        <source>今天不计时</source>
        <translation>today, not counted</translation>
    </message>
    <message>
        <source>，</source>
        <translation>, </translation>
    </message>
    <message>
        <source>第 {number} 天{state}</source>
        <translation>day {number} {state}</translation>
    </message>
    <message>
        <source>停</source>
        <translation>stop</translation>
    </message>
</context>
<context>
    <name>LiveView</name>
    <message>
        <source>{name}：{hint}</source>
        <translation>{name}: {hint}</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>驿站</source>
        <translation>Yizhan</translation>
    </message>
    <message>
        <source>驿站 · {unit} · {person}</source>
        <translation>Yizhan · {unit} · {person}</translation>
    </message>
    <message>
        <source>没有网络也能登录、办事；通了自动送。</source>
        <translation>You can sign in and work without a network; things are sent once it is back.</translation>
    </message>
    <message>
        <source>字大一号</source>
        <translation>Larger type</translation>
    </message>
    <message>
        <source>浅色</source>
        <translation>Light</translation>
    </message>
    <message>
        <source>深色</source>
        <translation>Dark</translation>
    </message>
    <message>
        <source>高对比</source>
        <translation>High contrast</translation>
    </message>
    <message>
        <source>快捷键（F1）</source>
        <translation>Keys (F1)</translation>
    </message>
    <message>
        <source>换人</source>
        <translation>Sign out</translation>
    </message>
    <message>
        <source>看快捷键</source>
        <translation>Show the keys</translation>
    </message>
    <message>
        <source>打开、收起旁边那一栏</source>
        <translation>Open or fold the side column</translation>
    </message>
    <message>
        <source>找事项、找办件</source>
        <translation>Find an item or a case</translation>
    </message>
    <message>
        <source>左边第 1 个，Ctrl+2 是第 2 个，往后一样</source>
        <translation>First on the rail; Ctrl+2 is the second, and so on</translation>
    </message>
    <message>
        <source>撤销刚才那一步</source>
        <translation>Undo the last step</translation>
    </message>
    <message>
        <source>退一步</source>
        <translation>One step back</translation>
    </message>
    <message>
        <source>字大一号，再按变回来</source>
        <translation>Larger type; again for normal</translation>
    </message>
    <message>
        <source>从现在起说中文</source>
        <translation>In English from now on</translation>
    </message>
</context>
<context>
    <name>MaterialsStep</name>
    <message>
        <source>要交的材料</source>
        <translation>Papers</translation>
    </message>
    <message>
        <source>高拍仪画面</source>
        <translation>Picture of the document camera</translation>
    </message>
    <message>
        <source>拍照</source>
        <translation>Photograph</translation>
    </message>
    <message>
        <source>进纸扫描</source>
        <translation>Feed and scan</translation>
    </message>
    <message>
        <source>自动拍</source>
        <translation>Auto</translation>
    </message>
    <message>
        <source>提示音</source>
        <translation>Sound</translation>
    </message>
    <message>
        <source>就这样裁</source>
        <translation>Crop like this</translation>
    </message>
    <message>
        <source>不裁了</source>
        <translation>Do not crop</translation>
    </message>
    <message>
        <source>拖四个角，方向键微调。</source>
        <translation>Drag the corners; arrow keys for fine moves.</translation>
    </message>
    <message>
        <source>{n} 样，齐 {m} 样</source>
        <translation>{m} of {n} complete</translation>
    </message>
    <message>
        <source>免交：{reason}</source>
        <translation>Exempt: {reason}</translation>
    </message>
    <message>
        <source>可后补，{day}前</source>
        <translation>May follow by {day}</translation>
    </message>
    <message>
        <source>第 {n} 页{words}</source>
        <translation>Page {n}: {words}</translation>
    </message>
    <message>
        <source>{n} 页，清楚</source>
        <translation>Pages: {n}, clear</translation>
    </message>
    <message>
        <source>{n} 页，还差 {m} 页</source>
        <translation>Pages: {n}, missing: {m}</translation>
    </message>
    <message>
        <source>要不要交，看表单</source>
        <translation>Depends on the form</translation>
    </message>
    <message>
        <source>还没拍</source>
        <translation>Not taken yet</translation>
    </message>
    <message>
        <source>第 {n} 页 {name}</source>
        <translation>Page {n}, {name}</translation>
    </message>
    <message>
        <source>清楚，可以用。</source>
        <translation>Clear, fit for use.</translation>
    </message>
    <message>
        <source>第 {n} 页：{words}</source>
        <translation>Page {n}: {words}</translation>
    </message>
    <message>
        <source>重拍</source>
        <translation>Retake</translation>
    </message>
    <message>
        <source>转正</source>
        <translation>Turn</translation>
    </message>
    <message>
        <source>裁边</source>
        <translation>Crop</translation>
    </message>
    <message>
        <source>删掉</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>改为现在交</source>
        <translation>Hand in now after all</translation>
    </message>
    <message>
        <source>先承诺，{day}前补</source>
        <translation>Promise for {day}</translation>
    </message>
    <message>
        <source>模糊</source>
        <translation>blurred</translation>
    </message>
    <message>
        <source>反光</source>
        <translation>glare</translation>
    </message>
    <message>
        <source>缺角</source>
        <translation>cut off</translation>
    </message>
    <message>
        <source>太暗</source>
        <translation>too dark</translation>
    </message>
    <message>
        <source>空白</source>
        <translation>blank</translation>
    </message>
    <message>
        <source>太小</source>
        <translation>too small</translation>
    </message>
    <message>
        <source>看四角</source>
        <translation>check the corners</translation>
    </message>
    <message>
        <source>倒了</source>
        <translation>upside down</translation>
    </message>
    <message>
        <source>重复</source>
        <translation>same page twice</translation>
    </message>
    <message>
        <source>打不开</source>
        <translation>cannot be opened</translation>
    </message>
    <message>
        <source>放好再拍，新的一张会换掉这一张。</source>
        <translation>Lay the paper again; the new photo takes the place of this one.</translation>
    </message>
    <message>
        <source>删掉了一页</source>
        <translation>One page deleted</translation>
    </message>
    <message>
        <source>有手指</source>
        <translation>a finger</translation>
    </message>
    <message>
        <source>不像这种</source>
        <translation>another kind?</translation>
    </message>
</context>
<context>
    <name>NoticedView</name>
    <message>
        <source>顺便看到的</source>
        <translation>Seen along the way</translation>
    </message>
    <message>
        <source>{n} 条</source>
        <translation>{n}</translation>
    </message>
    <message>
        <source>{age} 岁，还能办{item}</source>
        <translation>Aged {age}, may also ask for: {item}</translation>
    </message>
    <message>
        <source>还能办{item}</source>
        <translation>May also ask for: {item}</translation>
    </message>
    <message>
        <source>；</source>
        <translation>; </translation>
    </message>
    <message>
        <source>符合：{rules}</source>
        <translation>Met: {rules}</translation>
    </message>
    <message>
        <source>。要问：{rules}</source>
        <translation>. To be asked: {rules}</translation>
    </message>
    <message>
        <source>一起办</source>
        <translation>Do it too</translation>
    </message>
    <message>
        <source>身份证 {day}到期</source>
        <translation>The ID card runs out on {day}</translation>
    </message>
    <message>
        <source>提醒本人早点去换，别耽误下回办事</source>
        <translation>Remind the person to renew it in time for the next visit</translation>
    </message>
    <message>
        <source>身份证 {day}已经到期</source>
        <translation>The ID card ran out on {day}</translation>
    </message>
    <message>
        <source>提醒本人去派出所换</source>
        <translation>Remind the person to renew it at the police station</translation>
    </message>
    <message>
        <source>还有 {n} 件没办完</source>
        <translation>{n} other case(s) not finished</translation>
    </message>
    <message>
        <source>在这台电脑上，{number}</source>
        <translation>On this computer: {number}</translation>
    </message>
    <message>
        <source>看一眼</source>
        <translation>Look at it</translation>
    </message>
    <message>
        <source>以前办过 {n} 次</source>
        <translation>{n} earlier case(s)</translation>
    </message>
    <message>
        <source>最近 {day}，{number}</source>
        <translation>Last on {day}: {number}</translation>
    </message>
    <message>
        <source>号码没错</source>
        <translation>The number is right</translation>
    </message>
    <message>
        <source>校验位、出生日期、性别都对得上</source>
        <translation>Check character, birth date and sex agree</translation>
    </message>
</context>
<context>
    <name>OutboxPage</name>
    <message>
        <source>现在就送</source>
        <translation>Send now</translation>
    </message>
    <message>
        <source>待传</source>
        <translation>Outbox</translation>
    </message>
    <message>
        <source>要您动手</source>
        <translation>Needs you</translation>
    </message>
    <message>
        <source>自己会送</source>
        <translation>Goes out by itself</translation>
    </message>
    <message>
        <source>今天送到</source>
        <translation>Delivered today</translation>
    </message>
    <message>
        <source>没有要送的</source>
        <translation>Nothing to send</translation>
    </message>
    <message>
        <source>签好的办件会在这里自己送出去。</source>
        <translation>Signed cases are sent from here by themselves.</translation>
    </message>
    <message>
        <source>{n} 件</source>
        <translation>{n} in all</translation>
    </message>
    <message>
        <source>再送一次</source>
        <translation>Send again</translation>
    </message>
    <message>
        <source>拿回来改</source>
        <translation>Take back and change</translation>
    </message>
    <message>
        <source>排队待传</source>
        <translation>Queued</translation>
    </message>
    <message>
        <source>正在上传</source>
        <translation>Uploading</translation>
    </message>
    <message>
        <source>正在提交</source>
        <translation>Submitting</translation>
    </message>
    <message>
        <source>已送达</source>
        <translation>Delivered</translation>
    </message>
    <message>
        <source>等一会儿再传</source>
        <translation>Will try again soon</translation>
    </message>
    <message>
        <source>要您处理</source>
        <translation>Needs you</translation>
    </message>
    <message>
        <source>已撤下</source>
        <translation>Taken back</translation>
    </message>
    <message>
        <source>现在连不上中心</source>
        <translation>The hub cannot be reached now</translation>
    </message>
    <message>
        <source>签好的都在这台电脑里，网络一通就自己送出去，不用管它。</source>
        <translation>All that is signed lies on this computer and is sent by itself once the network is back; leave it alone.</translation>
    </message>
    <message>
        <source>、</source>
        <translation>, </translation>
    </message>
    <message>
        <source>{numbers} 等</source>
        <translation>{numbers} and more</translation>
    </message>
    <message>
        <source>{n} 件是没有网络时签的，签字时间还没有凭证</source>
        <translation>{n} signed without a network: nothing proves the time yet</translation>
    </message>
    <message>
        <source>签名有效。送到以后，镇里审核或归档时会自己补上时间戳，您不用做什么。</source>
        <translation>The signatures are valid. Once sent, the township&apos;s review or the archive adds the time stamp by itself; you need not do anything.</translation>
    </message>
</context>
<context>
    <name>PaperPanel</name>
    <message>
        <source>申请表</source>
        <translation>Form</translation>
    </message>
</context>
<context>
    <name>PaperView</name>
    <message>
        <source>{name}，第 {page} 页，共 {count} 页</source>
        <translation>{name}, page {page} of {count}</translation>
    </message>
</context>
<context>
    <name>PeoplePage</name>
    <message>
        <source>单位</source>
        <translation>Units</translation>
    </message>
    <message>
        <source>从表里挑一位</source>
        <translation>Choose somebody in the table</translation>
    </message>
    <message>
        <source>找人</source>
        <translation>Find somebody</translation>
    </message>
    <message>
        <source>姓名、拼音首字母或单位</source>
        <translation>Name, pinyin initials or unit</translation>
    </message>
    <message>
        <source>看这一位</source>
        <translation>Show this one</translation>
    </message>
    <message>
        <source>全部</source>
        <translation>All</translation>
    </message>
    <message>
        <source>人员</source>
        <translation>People</translation>
    </message>
    <message>
        <source>等批准的申请</source>
        <translation>Requests that wait</translation>
    </message>
    <message>
        <source>这里没有这样的人</source>
        <translation>Nobody like that here</translation>
    </message>
    <message>
        <source>没有等批准的申请</source>
        <translation>No request waits</translation>
    </message>
    <message>
        <source>本人插上 UKey 申请（station key enrol），就会出现在这里。</source>
        <translation>Whoever asks with a UKey (station key enrol) appears here.</translation>
    </message>
    <message>
        <source>批申请</source>
        <translation>Decide requests</translation>
    </message>
    <message>
        <source>看快到期的</source>
        <translation>Show those soon out</translation>
    </message>
    <message>
        <source>姓名</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>做什么</source>
        <translation>Role</translation>
    </message>
    <message>
        <source>证书</source>
        <translation>Certificate</translation>
    </message>
    <message>
        <source>上次登录</source>
        <translation>Last here</translation>
    </message>
    <message>
        <source>申请于</source>
        <translation>Asked</translation>
    </message>
    <message>
        <source>打开、收起选中的这一位（大字时）</source>
        <translation>Open or close the one chosen (at large type)</translation>
    </message>
    <message>
        <source>批准选中的申请</source>
        <translation>Approve the chosen request</translation>
    </message>
    <message>
        <source>回到所有人</source>
        <translation>Back to everybody</translation>
    </message>
    <message>
        <source>全部 {n}</source>
        <translation>All {n}</translation>
    </message>
    <message>
        <source>等批准 {n}</source>
        <translation>Waiting {n}</translation>
    </message>
    <message>
        <source>快到期 {n}</source>
        <translation>Soon out {n}</translation>
    </message>
    <message>
        <source>过期 {n}</source>
        <translation>Run out {n}</translation>
    </message>
    <message>
        <source>作废 {n}</source>
        <translation>Revoked {n}</translation>
    </message>
    <message>
        <source>{n} 个申请，等得久的在前</source>
        <translation>{n} requests, the longest waiting first</translation>
    </message>
    <message>
        <source>{n} 人，签不了的、快到期的在前</source>
        <translation>{n} people; who cannot sign, or soon cannot, first</translation>
    </message>
    <message>
        <source>{county} 县 · {townships} 乡镇 · {villages} 村站</source>
        <translation>{county} county · {townships} townships · {villages} villages</translation>
    </message>
    <message>
        <source>{n} 个申请等批准</source>
        <translation>{n} requests wait</translation>
    </message>
    <message>
        <source>{n} 张证书快到期</source>
        <translation>{n} certificates run out soon</translation>
    </message>
    <message>
        <source>{n} 人签不了</source>
        <translation>{n} cannot sign</translation>
    </message>
    <message>
        <source>，</source>
        <translation>, </translation>
    </message>
    <message>
        <source>证书都好，没有要批的</source>
        <translation>All certificates are good, nothing to decide</translation>
    </message>
    <message>
        <source>批 {n} 个</source>
        <translation>Decide {n}</translation>
    </message>
    <message>
        <source>存证书</source>
        <translation>Save the certificate</translation>
    </message>
    <message>
        <source>再看一次</source>
        <translation>Look again</translation>
    </message>
</context>
<context>
    <name>PeopleWork</name>
    <message>
        <source>{name} 的证书签发了，请本人取回：station key enrol --fetch</source>
        <translation>The certificate of {name} is issued; the holder fetches it: station key enrol --fetch</translation>
    </message>
    <message>
        <source>{name} 的申请退回了</source>
        <translation>The request of {name} was declined</translation>
    </message>
    <message>
        <source>{name} 的证书作废了，从现在起签不了</source>
        <translation>The certificate of {name} is revoked; it signs no more from now on</translation>
    </message>
    <message>
        <source>证书存到了 {file}</source>
        <translation>The certificate was saved to {file}</translation>
    </message>
</context>
<context>
    <name>PersonButton</name>
    <message>
        <source>{name}，{role}，打开菜单</source>
        <translation>{name}, {role}, open the menu</translation>
    </message>
</context>
<context>
    <name>PersonCards</name>
    <message>
        <source>作废</source>
        <translation>Revoke</translation>
    </message>
    <message>
        <source>存成文件</source>
        <translation>Save as file</translation>
    </message>
    <message>
        <source>证书</source>
        <translation>Certificate</translation>
    </message>
    <message>
        <source>能做什么</source>
        <translation>May do</translation>
    </message>
    <message>
        <source>编号</source>
        <translation>Serial</translation>
    </message>
    <message>
        <source>从</source>
        <translation>From</translation>
    </message>
    <message>
        <source>用到</source>
        <translation>Until</translation>
    </message>
    <message>
        <source>作废于</source>
        <translation>Revoked</translation>
    </message>
    <message>
        <source>上次登录</source>
        <translation>Last here</translation>
    </message>
    <message>
        <source>还没有</source>
        <translation>not yet</translation>
    </message>
    <message>
        <source>以前的</source>
        <translation>Earlier ones</translation>
    </message>
    <message>
        <source>{n} 张</source>
        <translation>{n}</translation>
    </message>
    <message>
        <source>{n} 项</source>
        <translation>{n} items</translation>
    </message>
    <message>
        <source>权限跟着岗位走，写在证书里；换岗位就申请新证书。</source>
        <translation>Rights follow the role, which stands in the certificate; another role needs a new one.</translation>
    </message>
    <message>
        <source>这是您自己的证书，请别的管理员来作废。</source>
        <translation>This is your own; another administrator would revoke it.</translation>
    </message>
    <message>
        <source>请本人在到期前插着自己的 UKey 换新证书（station key renew），不用批。</source>
        <translation>The holder renews it before then with the own UKey (station key renew); no approval is needed.</translation>
    </message>
    <message>
        <source>作废马上生效，以前签的仍有效。</source>
        <translation>Revoking holds at once; what was signed before stays valid.</translation>
    </message>
    <message>
        <source>现在签不了。请本人重新申请（station key enrol），在这里批。</source>
        <translation>Cannot sign now. The holder asks anew (station key enrol); it is approved here.</translation>
    </message>
</context>
<context>
    <name>PersonForm</name>
    <message>
        <source>姓名</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>身份证号</source>
        <translation>ID number</translation>
    </message>
    <message>
        <source>18 位</source>
        <translation>18 characters</translation>
    </message>
    <message>
        <source>联系电话</source>
        <translation>Phone</translation>
    </message>
    <message>
        <source>收短信用，11 位手机号</source>
        <translation>Mobile number for messages, 11 digits</translation>
    </message>
    <message>
        <source>户籍地址</source>
        <translation>Registered address</translation>
    </message>
    <message>
        <source>民族</source>
        <translation>Ethnic group</translation>
    </message>
    <message>
        <source>签发机关</source>
        <translation>Issued by</translation>
    </message>
    <message>
        <source>男</source>
        <translation>Male</translation>
    </message>
    <message>
        <source>女</source>
        <translation>Female</translation>
    </message>
    <message>
        <source>出生日期</source>
        <translation>Date of birth</translation>
    </message>
    <message>
        <source>性别</source>
        <translation>Sex</translation>
    </message>
    <message>
        <source>认得不太准，请对着卡核对；没错就按 Enter</source>
        <translation>Not sure: compare with the card; Enter if it is right</translation>
    </message>
    <message>
        <source>还差 {n} 位</source>
        <translation>Characters still to come: {n}</translation>
    </message>
</context>
<context>
    <name>Picture</name>
    <message>
        <source>图片</source>
        <translation>Picture</translation>
    </message>
</context>
<context>
    <name>PinDialog</name>
    <message>
        <source>UKey 口令</source>
        <translation>UKey PIN</translation>
    </message>
</context>
<context>
    <name>Pips</name>
    <message>
        <source>还可试 {left} 次，共 {total} 次</source>
        <translation>{left} of {total} tries left</translation>
    </message>
</context>
<context>
    <name>PortraitCamera</name>
    <message>
        <source>人像摄像头画面</source>
        <translation>Picture of the portrait camera</translation>
    </message>
</context>
<context>
    <name>PracticeStrip</name>
    <message>
        <source>练习：放上</source>
        <translation>Training: lay down</translation>
    </message>
    <message>
        <source>放上 {title}</source>
        <translation>Lay down {title}</translation>
    </message>
</context>
<context>
    <name>Progress</name>
    <message>
        <source>正在进行</source>
        <translation>In progress</translation>
    </message>
    <message>
        <source>进度 {percent}%</source>
        <translation>{percent}% done</translation>
    </message>
</context>
<context>
    <name>PublishDialog</name>
    <message>
        <source>发布 {n} 项</source>
        <translation>Publish {n} items</translation>
    </message>
    <message>
        <source>用您的 UKey 签章后发布，各单位马上用新版；在办的接着用原来的版。</source>
        <translation>They are signed with your UKey and in force at once; cases under way go on with the version they have.</translation>
    </message>
    <message>
        <source>签章发布</source>
        <translation>Sign and publish</translation>
    </message>
    <message>
        <source>新的</source>
        <translation>new</translation>
    </message>
    <message>
        <source>第 {version} 版</source>
        <translation>version {version}</translation>
    </message>
    <message>
        <source>{n} 项没变</source>
        <translation>{n} unchanged</translation>
    </message>
    <message>
        <source>{n} 项有错，不进来</source>
        <translation>{n} have mistakes and stay out</translation>
    </message>
    <message>
        <source>，</source>
        <translation>, </translation>
    </message>
</context>
<context>
    <name>QueuePage</name>
    <message>
        <source>等着办的</source>
        <translation>Waiting cases</translation>
    </message>
    <message>
        <source>没有等着办的</source>
        <translation>Nothing is waiting</translation>
    </message>
    <message>
        <source>有新的会自己出现在左边。</source>
        <translation>New cases appear at the left by themselves.</translation>
    </message>
    <message>
        <source>从左边挑一件</source>
        <translation>Pick a case at the left</translation>
    </message>
    <message>
        <source>按 J 打开下一件；打开就算您在办。</source>
        <translation>J opens the next; an open case is in your hands.</translation>
    </message>
    <message>
        <source>按时限</source>
        <translation>By time limit</translation>
    </message>
    <message>
        <source>通过</source>
        <translation>Approve</translation>
    </message>
    <message>
        <source>转县里</source>
        <translation>Pass on to county</translation>
    </message>
    <message>
        <source>退回补正</source>
        <translation>Return for correction</translation>
    </message>
    <message>
        <source>不予受理</source>
        <translation>Refuse</translation>
    </message>
    <message>
        <source>领到手里办</source>
        <translation>Take it in hand</translation>
    </message>
    <message>
        <source>退回</source>
        <translation>Return</translation>
    </message>
    <message>
        <source>接着看</source>
        <translation>Look again</translation>
    </message>
    <message>
        <source>改为不予受理</source>
        <translation>Refuse instead</translation>
    </message>
    <message>
        <source>用您的 UKey 签章后发出</source>
        <translation>Goes out signed with your UKey</translation>
    </message>
    <message>
        <source>退回补正，原因一次说全</source>
        <translation>Return for correction, all reasons at once</translation>
    </message>
    <message>
        <source>下一件</source>
        <translation>Next case</translation>
    </message>
    <message>
        <source>上一件</source>
        <translation>Previous case</translation>
    </message>
    <message>
        <source>退回时选常用原因</source>
        <translation>Usual reasons when returning</translation>
    </message>
    <message>
        <source>把原因一起发出去</source>
        <translation>Send all reasons together</translation>
    </message>
    <message>
        <source>待审 {n} 件</source>
        <translation>Waiting: {n}</translation>
    </message>
    <message>
        <source>正在看有没有新的</source>
        <translation>Looking for new cases</translation>
    </message>
    <message>
        <source>正在签章、送出……</source>
        <translation>Signing and sending…</translation>
    </message>
    <message>
        <source>不予受理，{n} 条一起发</source>
        <translation>Refuse, reasons: {n}</translation>
    </message>
    <message>
        <source>退回，{n} 条一起发</source>
        <translation>Return, reasons: {n}</translation>
    </message>
    <message>
        <source>改为退回补正</source>
        <translation>Return instead</translation>
    </message>
    <message>
        <source>退回补正？</source>
        <translation>Return for correction?</translation>
    </message>
    <message>
        <source>签章，退回</source>
        <translation>Sign and return</translation>
    </message>
    <message>
        <source>不予受理？</source>
        <translation>Refuse this case?</translation>
    </message>
    <message>
        <source>签章，不予受理</source>
        <translation>Sign and refuse</translation>
    </message>
    <message>
        <source>{item} · {name}，{number}</source>
        <translation>{item} · {name}, {number}</translation>
    </message>
    <message>
        <source>县级审批</source>
        <translation>County approval</translation>
    </message>
    <message>
        <source>乡镇审核</source>
        <translation>Township review</translation>
    </message>
    <message>
        <source>· 案卷 {n} 页，签在“{stage}”一栏</source>
        <translation>· Dossier, pages: {n}; signed in the field &quot;{stage}&quot;</translation>
    </message>
    <message>
        <source>· 《{title}》，签名并盖 {unit} 电子公章</source>
        <translation>· &quot;{title}&quot;, signed and sealed with the e-seal of {unit}</translation>
    </message>
    <message>
        <source>· 《不予受理通知书》，签名并盖 {unit} 电子公章</source>
        <translation>· Notice of refusal, signed and sealed with the e-seal of {unit}</translation>
    </message>
    <message>
        <source>· 原因 {n} 条，一起发给村里</source>
        <translation>· Reasons: {n}, sent to the village together</translation>
    </message>
    <message>
        <source>· 这一步的记录</source>
        <translation>· The record of this step</translation>
    </message>
    <message>
        <source>签章人 {name}，{unit}</source>
        <translation>Signed by {name}, {unit}</translation>
    </message>
    <message>
        <source>只看不办</source>
        <translation>Only look</translation>
    </message>
    <message>
        <source>重新打开</source>
        <translation>Open again</translation>
    </message>
    <message>
        <source>再试一次</source>
        <translation>Try again</translation>
    </message>
    <message>
        <source>知道了</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>先不签，再看看</source>
        <translation>Not yet, look again</translation>
    </message>
    <message>
        <source>一起签</source>
        <translation>Sign together</translation>
    </message>
    <message>
        <source>停下</source>
        <translation>Stop</translation>
    </message>
    <message>
        <source>接着签</source>
        <translation>Go on signing</translation>
    </message>
    <message>
        <source>把通过的一起签章</source>
        <translation>Sign all that you approved together</translation>
    </message>
    <message>
        <source>通过了还没签的，先不签</source>
        <translation>Take back an approval not signed yet</translation>
    </message>
    <message>
        <source>一起签 {n} 件</source>
        <translation>Sign {n} together</translation>
    </message>
    <message>
        <source>接着签 {n} 件</source>
        <translation>Go on with {n}</translation>
    </message>
    <message>
        <source>一起签这 {n} 件？</source>
        <translation>Sign these {n} together?</translation>
    </message>
    <message>
        <source>每一件您都打开看过。签了章就送出，不能撤回。</source>
        <translation>You opened every one of them. Once signed they are sent and cannot be taken back.</translation>
    </message>
    <message>
        <source>签章，{n} 件</source>
        <translation>Sign {n}</translation>
    </message>
    <message>
        <source>签章人 {name}，{unit}。登录时输过口令，这里不再问。</source>
        <translation>Signed by {name}, {unit}. The PIN was given at sign-in and is not asked again.</translation>
    </message>
    <message>
        <source>{n} 件不在您手里了：{names}</source>
        <translation>{n} no longer in your hands: {names}</translation>
    </message>
    <message>
        <source>保留的时间过了，别人打开了它。没有签，也没有动。</source>
        <translation>The claim ran out and somebody else opened it. Nothing was signed or changed.</translation>
    </message>
    <message>
        <source>要办就从左边重新打开看一眼。</source>
        <translation>To decide it, open it again from the left.</translation>
    </message>
    <message>
        <source>退回时在页面上圈一处</source>
        <translation>Frame a place while returning</translation>
    </message>
    <message>
        <source>去掉了第 {n} 条</source>
        <translation>Reason {n} removed</translation>
    </message>
    <message>
        <source>签章人 {name}，{unit}。</source>
        <translation>Signed by {name}, {unit}.</translation>
    </message>
    <message>
        <source>签这一件？</source>
        <translation>Sign this case?</translation>
    </message>
    <message>
        <source>签了章就送出，不能撤回。</source>
        <translation>Once signed it is sent and cannot be taken back.</translation>
    </message>
</context>
<context>
    <name>RailButton</name>
    <message>
        <source>，{count} 件等着</source>
        <translation>, {count} waiting</translation>
    </message>
    <message>
        <source>（{key}）</source>
        <translation> ({key})</translation>
    </message>
</context>
<context>
    <name>ReadingLine</name>
    <message>
        <source>先不认</source>
        <translation>Stop reading</translation>
    </message>
</context>
<context>
    <name>ReasonBlock</name>
    <message>
        <source>去掉</source>
        <translation>Remove</translation>
    </message>
    <message>
        <source>去掉第 {n} 条</source>
        <translation>Remove reason {n}</translation>
    </message>
    <message>
        <source>第 {n} 条在哪里</source>
        <translation>Where reason {n} belongs</translation>
    </message>
    <message>
        <source>这里怎么了？按数字选，或者写一句</source>
        <translation>What is wrong here? Pick by number, or type</translation>
    </message>
    <message>
        <source>{place}，圈出的地方</source>
        <translation>{place}, the framed place</translation>
    </message>
    <message>
        <source>怎么补：{how}</source>
        <translation>To do: {how}</translation>
    </message>
</context>
<context>
    <name>RequestCards</name>
    <message>
        <source>批准</source>
        <translation>Approve</translation>
    </message>
    <message>
        <source>退回</source>
        <translation>Decline</translation>
    </message>
    <message>
        <source>申请证书</source>
        <translation>Request</translation>
    </message>
    <message>
        <source>等批准</source>
        <translation>Waiting</translation>
    </message>
    <message>
        <source>批准前请本人念核对码。密钥是在本人的 UKey 里生成的，出不来，这里也看不到。</source>
        <translation>Have the holder read the code out first. The key was made on the holder&apos;s UKey, never leaves it and is not seen here.</translation>
    </message>
    <message>
        <source>做什么</source>
        <translation>Role</translation>
    </message>
    <message>
        <source>工号</source>
        <translation>Number</translation>
    </message>
    <message>
        <source>单位代码</source>
        <translation>Unit code</translation>
    </message>
    <message>
        <source>申请于</source>
        <translation>Asked</translation>
    </message>
    <message>
        <source>核对码</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>{first} 开头</source>
        <translation>begins with {first}</translation>
    </message>
    <message>
        <source>工号 {id} 现在是 {name}（{rest}），发了就有两张证书。</source>
        <translation>Number {id} is {name} ({rest}) now; issuing makes a second certificate.</translation>
    </message>
</context>
<context>
    <name>ReturnBar</name>
    <message>
        <source>看圈出的地方</source>
        <translation>Show what was framed</translation>
    </message>
    <message>
        <source>这件退回来要补正：{why}</source>
        <translation>Returned for correction: {why}</translation>
    </message>
</context>
<context>
    <name>ReturnView</name>
    <message>
        <source>案卷的页面</source>
        <translation>Pages of the dossier</translation>
    </message>
    <message>
        <source>自己写一条</source>
        <translation>A reason in your own words</translation>
    </message>
    <message>
        <source>自己写一条，Enter 加上</source>
        <translation>Your own words; Enter adds them</translation>
    </message>
    <message>
        <source>村里会看到</source>
        <translation>What the village will read</translation>
    </message>
    <message>
        <source>不予受理的原因</source>
        <translation>Reasons to refuse</translation>
    </message>
    <message>
        <source>退回的原因</source>
        <translation>Reasons to return</translation>
    </message>
    <message>
        <source>{name}会收到短信</source>
        <translation>{name} will get a text message</translation>
    </message>
    <message>
        <source>短信到 {phone}。补正的日子不算在时限里。</source>
        <translation>To {phone}. The days of the correction do not count.</translation>
    </message>
    <message>
        <source>没有留电话，由代办员当面告诉。补正的日子不算在时限里。</source>
        <translation>No phone was left; the agent tells the applicant. The days of the correction do not count.</translation>
    </message>
    <message>
        <source>{n} 条，一次说全</source>
        <translation>{n}, told all at once</translation>
    </message>
    <message>
        <source>按数字选，或者自己写</source>
        <translation>By number, or your own</translation>
    </message>
    <message>
        <source>还没有原因。</source>
        <translation>No reasons yet.</translation>
    </message>
    <message>
        <source>圈一处</source>
        <translation>Frame</translation>
    </message>
    <message>
        <source>拖个框就是一条</source>
        <translation>A frame is a reason</translation>
    </message>
    <message>
        <source>{n} 字，算 {parts} 条</source>
        <translation>{n} characters, {parts} SMS</translation>
    </message>
    <message>
        <source>按 Q 接着圈</source>
        <translation>Q to frame again</translation>
    </message>
</context>
<context>
    <name>ReturnedView</name>
    <message>
        <source>送上去的案卷</source>
        <translation>The dossier as sent</translation>
    </message>
    <message>
        <source>接着补</source>
        <translation>Go on correcting</translation>
    </message>
    <message>
        <source>圈出来的就是要补的地方</source>
        <translation>What is framed is to be corrected</translation>
    </message>
    <message>
        <source>退回的原因</source>
        <translation>Reasons to return</translation>
    </message>
    <message>
        <source>去改</source>
        <translation>Correct</translation>
    </message>
    <message>
        <source>第 {n} 条在哪里</source>
        <translation>Where reason {n} belongs</translation>
    </message>
    <message>
        <source>怎么补：{how}</source>
        <translation>To do: {how}</translation>
    </message>
    <message>
        <source>第 {n} 页</source>
        <translation>page {n}</translation>
    </message>
    <message>
        <source>改好以后请申请人重新看、重新签，再送一次。</source>
        <translation>Once corrected, the applicant reads and signs again, then it is sent again.</translation>
    </message>
</context>
<context>
    <name>ReviewWork</name>
    <message>
        <source>正在打开办件</source>
        <translation>Opening the case</translation>
    </message>
    <message>
        <source>正在签章</source>
        <translation>Signing</translation>
    </message>
    <message>
        <source>正在加密</source>
        <translation>Encrypting</translation>
    </message>
    <message>
        <source>正在送出</source>
        <translation>Sending</translation>
    </message>
    <message>
        <source>{act}：{who} 的{item}</source>
        <translation>{act}: {item} for {who}</translation>
    </message>
    <message>
        <source>等着一起签</source>
        <translation>Waits to be signed</translation>
    </message>
    <message>
        <source>{act}，等着签：{who} 的{item}</source>
        <translation>{act}, waits to be signed: {item} for {who}</translation>
    </message>
</context>
<context>
    <name>RevokeDialog</name>
    <message>
        <source>作废证书</source>
        <translation>Revoke a certificate</translation>
    </message>
    <message>
        <source>{name}，{rest}。证书 {serial}</source>
        <translation>{name}, {rest}. Certificate {serial}</translation>
    </message>
    <message>
        <source>作废</source>
        <translation>Revoke</translation>
    </message>
    <message>
        <source>为什么作废</source>
        <translation>Why it is revoked</translation>
    </message>
    <message>
        <source>马上生效，收不回来。以前签的仍有效；要接着办，得重新申请证书。</source>
        <translation>It holds at once and cannot be taken back. What was signed stays valid; to go on, a new certificate has to be asked for.</translation>
    </message>
</context>
<context>
    <name>SendStages</name>
    <message>
        <source>等着</source>
        <translation>Waiting</translation>
    </message>
    <message>
        <source>本人签字</source>
        <translation>The applicant&apos;s signature</translation>
    </message>
    <message>
        <source>代办人签字</source>
        <translation>The delegate&apos;s signature</translation>
    </message>
    <message>
        <source>代办员签章</source>
        <translation>Sign as agent</translation>
    </message>
    <message>
        <source>签好了</source>
        <translation>Signed</translation>
    </message>
    <message>
        <source>正在签</source>
        <translation>Signing</translation>
    </message>
    <message>
        <source>送到镇里</source>
        <translation>To the township</translation>
    </message>
    <message>
        <source>送到了</source>
        <translation>Delivered</translation>
    </message>
    <message>
        <source>在待传里</source>
        <translation>In the outbox</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>设备</source>
        <translation>Devices</translation>
    </message>
    <message>
        <source>显示和字号</source>
        <translation>Display and type</translation>
    </message>
    <message>
        <source>网络</source>
        <translation>Network</translation>
    </message>
    <message>
        <source>关于</source>
        <translation>About</translation>
    </message>
    <message>
        <source>再找一次</source>
        <translation>Look again</translation>
    </message>
    <message>
        <source>浅色</source>
        <translation>Light</translation>
    </message>
    <message>
        <source>白天、亮的屋子</source>
        <translation>By day, in a bright room</translation>
    </message>
    <message>
        <source>深色</source>
        <translation>Dark</translation>
    </message>
    <message>
        <source>晚上、暗的屋子</source>
        <translation>By night, in a dark room</translation>
    </message>
    <message>
        <source>高对比</source>
        <translation>High contrast</translation>
    </message>
    <message>
        <source>看不太清时</source>
        <translation>When it is hard to read</translation>
    </message>
    <message>
        <source>标准</source>
        <translation>Normal</translation>
    </message>
    <message>
        <source>已经偏大</source>
        <translation>Rather large already</translation>
    </message>
    <message>
        <source>大一号</source>
        <translation>Larger</translation>
    </message>
    <message>
        <source>F11 来回换</source>
        <translation>F11 changes to and fro</translation>
    </message>
    <message>
        <source>颜色</source>
        <translation>Colours</translation>
    </message>
    <message>
        <source>字号</source>
        <translation>Type size</translation>
    </message>
    <message>
        <source>语言 Language</source>
        <translation>Language</translation>
    </message>
    <message>
        <source>中心的地址</source>
        <translation>Address of the hub</translation>
    </message>
    <message>
        <source>空着就用本机的培训中心</source>
        <translation>Left empty: the training hub of this PC</translation>
    </message>
    <message>
        <source>存下</source>
        <translation>Save</translation>
    </message>
    <message>
        <source>连一下试试</source>
        <translation>Try to connect</translation>
    </message>
    <message>
        <source>程序</source>
        <translation>Program</translation>
    </message>
    <message>
        <source>驿站 {version}</source>
        <translation>Yizhan {version}</translation>
    </message>
    <message>
        <source>事项</source>
        <translation>Service items</translation>
    </message>
    <message>
        <source>{n} 项</source>
        <translation>{n} in all</translation>
    </message>
    <message>
        <source>资料放在</source>
        <translation>Data folder</translation>
    </message>
    <message>
        <source>怎么备份</source>
        <translation>How to back up</translation>
    </message>
    <message>
        <source>关上程序，把上面这个文件夹整个拷走。</source>
        <translation>Close the program and copy the whole folder named above.</translation>
    </message>
    <message>
        <source>再找一次设备</source>
        <translation>Look for devices again</translation>
    </message>
    <message>
        <source>高拍仪拍一张试试</source>
        <translation>Take a trial photo with the document camera</translation>
    </message>
    <message>
        <source>扫描仪扫一张试试</source>
        <translation>Scan a trial page with the scanner</translation>
    </message>
    <message>
        <source>读张卡试试</source>
        <translation>Read a trial card</translation>
    </message>
    <message>
        <source>现在用：{hub}</source>
        <translation>In use: {hub}</translation>
    </message>
    <message>
        <source>存好了，下次打开程序时用。</source>
        <translation>Saved; used from the next start on.</translation>
    </message>
    <message>
        <source>连得上。</source>
        <translation>Connected.</translation>
    </message>
    <message>
        <source>中心的时间是 {time}。</source>
        <translation>The hub&apos;s time is {time}.</translation>
    </message>
</context>
<context>
    <name>SignInPage</name>
    <message>
        <source>没有找到能登录的证书</source>
        <translation>No certificate to sign in with was found</translation>
    </message>
    <message>
        <source>插上您的 UKey，再点“再找一次”。</source>
        <translation>Plug in your UKey, then press &quot;Look again&quot;.</translation>
    </message>
    <message>
        <source>再找一次</source>
        <translation>Look again</translation>
    </message>
    <message>
        <source>这台电脑上的其他人</source>
        <translation>Others on this PC</translation>
    </message>
    <message>
        <source>点名字就换人</source>
        <translation>Press a name to change</translation>
    </message>
    <message>
        <source>口令</source>
        <translation>PIN</translation>
    </message>
    <message>
        <source>登录</source>
        <translation>Sign in</translation>
    </message>
    <message>
        <source>登进去先看到</source>
        <translation>Waiting for you</translation>
    </message>
    <message>
        <source>{greeting}，请登录</source>
        <translation>{greeting}, please sign in</translation>
    </message>
    <message>
        <source>{role}，{unit}</source>
        <translation>{role}, {unit}</translation>
    </message>
    <message>
        <source>练习用的证书</source>
        <translation>Training certificate</translation>
    </message>
    <message>
        <source>{where} 插好了</source>
        <translation>{where} is plugged in</translation>
    </message>
    <message>
        <source>{where} 没插</source>
        <translation>{where} is not plugged in</translation>
    </message>
    <message>
        <source>正在登录……</source>
        <translation>Signing in…</translation>
    </message>
    <message>
        <source>{where} 锁住了</source>
        <translation>{where} is locked</translation>
    </message>
    <message>
        <source>第一次用，正在备好练习的县</source>
        <translation>First start: the practice county is being made ready</translation>
    </message>
    <message>
        <source>正在找能登录的证书</source>
        <translation>Looking for certificates to sign in with</translation>
    </message>
    <message>
        <source>给每个岗位做一把练习用的钥匙，约半分钟，以后不用再等。</source>
        <translation>Each post gets a practice key; half a minute, once.</translation>
    </message>
</context>
<context>
    <name>SignPad</name>
    <message>
        <source>还没写</source>
        <translation>nothing written yet</translation>
    </message>
    <message numerus="yes">
        <source>已写 %n 笔</source>
        <translation>
            <numerusform>%n stroke written</numerusform>
            <numerusform>%n strokes written</numerusform>
        </translation>
    </message>
    <message>
        <source>{name}，{state}</source>
        <translation>{name}, {state}</translation>
    </message>
</context>
<context>
    <name>SignStep</name>
    <message>
        <source>给申请人看的表</source>
        <translation>The form as the applicant sees it</translation>
    </message>
    <message>
        <source>擦掉重签</source>
        <translation>Wipe</translation>
    </message>
    <message>
        <source>申请人签名处</source>
        <translation>The applicant signs here</translation>
    </message>
    <message>
        <source>签好了</source>
        <translation>Signed</translation>
    </message>
    <message>
        <source>代办员签章</source>
        <translation>Sign as agent</translation>
    </message>
    <message>
        <source>送出</source>
        <translation>Send</translation>
    </message>
    <message>
        <source>打印受理通知书</source>
        <translation>Print acceptance notice</translation>
    </message>
    <message>
        <source>告诉申请人</source>
        <translation>Tell the applicant</translation>
    </message>
    <message>
        <source>申请人</source>
        <translation>Applicant</translation>
    </message>
    <message>
        <source>{name} 签名</source>
        <translation>{name} signs</translation>
    </message>
    <message>
        <source>已签 {time}</source>
        <translation>Signed {time}</translation>
    </message>
    <message>
        <source>已经受理了，编号 {number}。</source>
        <translation>Accepted, number {number}.</translation>
    </message>
    <message>
        <source>还差 {n} 样，补齐了再签：{what}。</source>
        <translation>Complete before signing ({n}): {what}.</translation>
    </message>
    <message>
        <source>看完没错，就在上面签名。</source>
        <translation>If all is right, sign above.</translation>
    </message>
    <message>
        <source>有结果发短信到 {phone}。</source>
        <translation>A text message goes to {phone}.</translation>
    </message>
    <message>
        <source>有结果由代办员告诉您。</source>
        <translation>The agent will tell you the result.</translation>
    </message>
    <message>
        <source>{name}已签字</source>
        <translation>{name} has signed</translation>
    </message>
    <message>
        <source>正在签章、封好</source>
        <translation>Signing and sealing</translation>
    </message>
    <message>
        <source>签好了，已放进待传</source>
        <translation>Signed; it lies in the outbox</translation>
    </message>
    <message>
        <source>代办人</source>
        <translation>Delegate</translation>
    </message>
    <message>
        <source>给申请人看</source>
        <translation>Show the applicant</translation>
    </message>
    <message>
        <source>最晚 {day}办结，{told}这期间不用再跑。</source>
        <translation>Decided by {day} at the latest. {told} No further visit is needed until then.</translation>
    </message>
    <message>
        <source>要办的</source>
        <translation>What for</translation>
    </message>
    <message>
        <source>谁的事</source>
        <translation>For whom</translation>
    </message>
    <message>
        <source>您保证</source>
        <translation>You declare</translation>
    </message>
    <message>
        <source>上面说的都是真的</source>
        <translation>that all of this is true</translation>
    </message>
    <message>
        <source>申请人在看第 {n} 页</source>
        <translation>The applicant reads page {n}</translation>
    </message>
    <message>
        <source>{name}在叫您</source>
        <translation>{name} is calling you</translation>
    </message>
    <message>
        <source>请过去看看，要念的念一遍。</source>
        <translation>Please go and help; read aloud what needs reading.</translation>
    </message>
    <message>
        <source>{start}{promise}</source>
        <translation>{start} {promise}</translation>
    </message>
    <message>
        <source>请您看一遍</source>
        <translation>Please read this</translation>
    </message>
    <message>
        <source>尾号 {n}</source>
        <translation>ends in {n}</translation>
    </message>
    <message>
        <source>、</source>
        <translation>, </translation>
    </message>
    <message>
        <source>用您的 UKey 签章？</source>
        <translation>Sign with your UKey?</translation>
    </message>
    <message>
        <source>{item}，{name}</source>
        <translation>{item}, {name}</translation>
    </message>
    <message>
        <source>签章，送出</source>
        <translation>Sign and send</translation>
    </message>
    <message>
        <source>办下一件</source>
        <translation>Next case</translation>
    </message>
    <message>
        <source>已经有结果了，编号 {number}。到“办件”里打开，交给申请人。</source>
        <translation>The result of {number} is here. Open it under Cases and hand it over.</translation>
    </message>
</context>
<context>
    <name>Slider</name>
    <message>
        <source>{name}：{value}</source>
        <translation>{name}: {value}</translation>
    </message>
</context>
<context>
    <name>SourceChip</name>
    <message>
        <source>读卡得来</source>
        <translation>From the card</translation>
    </message>
    <message>
        <source>照片认的，{n} 项请核对</source>
        <translation>From a photo, {n} to compare</translation>
    </message>
    <message>
        <source>照片认的，核对过了</source>
        <translation>From a photo, compared</translation>
    </message>
    <message>
        <source>手工填写</source>
        <translation>Typed by hand</translation>
    </message>
</context>
<context>
    <name>StatusStrip</name>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>撤销</source>
        <translation>Undo</translation>
    </message>
    <message>
        <source>另有 {count} 件在跑</source>
        <translation>{count} more running</translation>
    </message>
</context>
<context>
    <name>Step</name>
    <message>
        <source>齐了</source>
        <translation>complete</translation>
    </message>
    <message>
        <source>有要看的</source>
        <translation>something to check</translation>
    </message>
    <message>
        <source>正在这一步</source>
        <translation>you are here</translation>
    </message>
    <message>
        <source>还没做</source>
        <translation>not done yet</translation>
    </message>
    <message>
        <source>第 {number} 步 {text}，{state}</source>
        <translation>Step {number} {text}, {state}</translation>
    </message>
</context>
<context>
    <name>StoryView</name>
    <message>
        <source>办件</source>
        <translation>Cases</translation>
    </message>
    <message>
        <source>去办这件</source>
        <translation>Work on it</translation>
    </message>
    <message>
        <source>经过</source>
        <translation>What happened</translation>
    </message>
    <message>
        <source>新的在上</source>
        <translation>Newest first</translation>
    </message>
    <message>
        <source>材料和文书</source>
        <translation>Papers and documents</translation>
    </message>
    <message>
        <source>短信</source>
        <translation>Text messages</translation>
    </message>
    <message>
        <source>{n} 步操作都有签名，前后相扣</source>
        <translation>Steps, all signed and linked: {n}</translation>
    </message>
    <message>
        <source>操作记录对不上：有一步的签名或次序不对，请告诉县里管理员</source>
        <translation>The record does not agree: a signature or the order of a step is wrong. Please tell the county&apos;s administrator</translation>
    </message>
    <message>
        <source>{name} 在办，到 {time}</source>
        <translation>In the hands of {name} until {time}</translation>
    </message>
    <message>
        <source>没有网络时办的，{time} 传到</source>
        <translation>Done without a network, arrived {time}</translation>
    </message>
    <message>
        <source>已签章</source>
        <translation>Signed</translation>
    </message>
    <message>
        <source>现在：{state}</source>
        <translation>Now: {state}</translation>
    </message>
    <message>
        <source>还没有开始计时。</source>
        <translation>The time limit has not begun.</translation>
    </message>
    <message>
        <source>{stage}到 {due} 为止。</source>
        <translation>{stage} is due by {due}.</translation>
    </message>
    <message>
        <source>乡镇审核</source>
        <translation>Township review</translation>
    </message>
    <message>
        <source>县级审批</source>
        <translation>County approval</translation>
    </message>
    <message>
        <source>{time} 已停止计时。</source>
        <translation> Stopped {time}.</translation>
    </message>
    <message>
        <source>节假日安排还没公布，可能有一两天出入。</source>
        <translation> The holidays are not published yet; it may differ by a day or two.</translation>
    </message>
    <message>
        <source>红牌</source>
        <translation>red card</translation>
    </message>
    <message>
        <source>黄牌</source>
        <translation>yellow card</translation>
    </message>
    <message>
        <source>加密存放，{time} 收到</source>
        <translation>Kept encrypted, received {time}</translation>
    </message>
    <message>
        <source>没有短信。</source>
        <translation>No text messages.</translation>
    </message>
    <message>
        <source>等着发</source>
        <translation>Waiting</translation>
    </message>
    <message>
        <source>正在发</source>
        <translation>Sending</translation>
    </message>
    <message>
        <source>送到了</source>
        <translation>Delivered</translation>
    </message>
    <message>
        <source>没送到</source>
        <translation>Not delivered</translation>
    </message>
    <message>
        <source>；</source>
        <translation>; </translation>
    </message>
    <message>
        <source>补正的日子不算在内。</source>
        <translation> The days of the correction do not count.</translation>
    </message>
    <message>
        <source>全程承诺 {promised} 天，法定 {legal} 天，已用 {used} 天。</source>
        <translation> In all {promised} days promised, {legal} legal, {used} used.</translation>
    </message>
    <message>
        <source>当时在办的是{holder}。</source>
        <translation> {holder} had it in hand.</translation>
    </message>
    <message>
        <source>当时还没人领。</source>
        <translation> nobody had it in hand.</translation>
    </message>
    <message>
        <source>{time} {unit}得{card}，</source>
        <translation>{time} {unit} got a {card};</translation>
    </message>
    <message>
        <source>看表单和材料</source>
        <translation>Form and papers</translation>
    </message>
    <message>
        <source>存归档包</source>
        <translation>Save archive package</translation>
    </message>
    <message>
        <source>交给申请人</source>
        <translation>Hand over</translation>
    </message>
    <message>
        <source>打开{document}</source>
        <translation>Open {document}</translation>
    </message>
    <message>
        <source>打开</source>
        <translation>Open</translation>
    </message>
</context>
<context>
    <name>TableModel</name>
    <message>
        <source>选中</source>
        <translation>ticked</translation>
    </message>
    <message>
        <source>没选</source>
        <translation>not ticked</translation>
    </message>
</context>
<context>
    <name>Toggle</name>
    <message>
        <source>开</source>
        <translation>on</translation>
    </message>
    <message>
        <source>关</source>
        <translation>off</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>驿站</source>
        <translation>Yizhan</translation>
    </message>
</context>
<context>
    <name>TrainingStrip</name>
    <message>
        <source>资料是假的，随便点，什么都不会真的送出去。打印的纸上都有“培训”两字。</source>
        <translation>Nothing here is real and nothing is sent. Printed pages are marked as training.</translation>
    </message>
    <message>
        <source>不练了</source>
        <translation>Leave training</translation>
    </message>
    <message>
        <source>练习中。{words}</source>
        <translation>Training. {words}</translation>
    </message>
    <message>
        <source>练习</source>
        <translation>Training</translation>
    </message>
</context>
<context>
    <name>VerdictView</name>
    <message>
        <source>所有文件</source>
        <translation>All files</translation>
    </message>
    <message>
        <source>文件的页面</source>
        <translation>Pages of the file</translation>
    </message>
    <message>
        <source>这份文件</source>
        <translation>This file</translation>
    </message>
    <message>
        <source>{n} 份文件</source>
        <translation>Files: {n}</translation>
    </message>
    <message>
        <source>真实、完整，没有改动</source>
        <translation>Genuine and complete, unchanged</translation>
    </message>
    <message>
        <source>签完以后被改过，不能采信</source>
        <translation>Changed after signing; do not rely on it</translation>
    </message>
    <message>
        <source>签章的人不可信，不能采信</source>
        <translation>The signer is not trusted; do not rely on it</translation>
    </message>
    <message>
        <source>说不准，还缺证据</source>
        <translation>Undecided; evidence is missing</translation>
    </message>
    <message>
        <source>没有签章，谁都可能改过</source>
        <translation>Not signed; anybody may have changed it</translation>
    </message>
    <message>
        <source>打不开，没法核</source>
        <translation>Cannot be opened, cannot be checked</translation>
    </message>
    <message>
        <source>还有这些问题</source>
        <translation>Further problems</translation>
    </message>
    <message>
        <source>没有签章</source>
        <translation>No signatures</translation>
    </message>
    <message>
        <source>没有时间</source>
        <translation>No time</translation>
    </message>
    <message>
        <source>时间戳可信</source>
        <translation>Trusted time stamp</translation>
    </message>
    <message>
        <source>时间是签章人自己说的</source>
        <translation>The time is the signer&apos;s own claim</translation>
    </message>
    <message>
        <source>单位章</source>
        <translation>Official seal</translation>
    </message>
    <message>
        <source>在归档包的 {name} 里</source>
        <translation>In {name} of the archive package</translation>
    </message>
    <message>
        <source>签时证书有效</source>
        <translation>Certificate valid at signing</translation>
    </message>
    <message>
        <source>证书不在信任的根下</source>
        <translation>Certificate not under a trusted root</translation>
    </message>
    <message>
        <source>证书作废了</source>
        <translation>Certificate revoked</translation>
    </message>
    <message>
        <source>证书过期了</source>
        <translation>Certificate expired</translation>
    </message>
    <message>
        <source>证书的状态说不准</source>
        <translation>State of the certificate unknown</translation>
    </message>
    <message>
        <source>有效</source>
        <translation>Valid</translation>
    </message>
    <message>
        <source>不成立</source>
        <translation>Not valid</translation>
    </message>
    <message>
        <source>说不准</source>
        <translation>Undecided</translation>
    </message>
    <message>
        <source>现在的</source>
        <translation>Now</translation>
    </message>
    <message>
        <source>签章时的</source>
        <translation>As signed</translation>
    </message>
    <message>
        <source>取回原件</source>
        <translation>Get the original</translation>
    </message>
    <message>
        <source>把签章时的文件另存一份，没有后来的改动</source>
        <translation>Saves the file as it was signed, without the later change</translation>
    </message>
    <message>
        <source>导出 {kind}</source>
        <translation>Export {kind}</translation>
    </message>
    <message>
        <source>导出报告</source>
        <translation>Report</translation>
    </message>
    <message>
        <source>签章时的原件完好，可以取回。</source>
        <translation> The original as signed is intact and can be got back.</translation>
    </message>
    <message>
        <source>第 {n} 页</source>
        <translation>page {n}</translation>
    </message>
    <message>
        <source>去掉的一页</source>
        <translation>A page that is gone</translation>
    </message>
    <message>
        <source>看改动 {n}</source>
        <translation>Show change {n}</translation>
    </message>
    <message>
        <source>改动 {n}</source>
        <translation>Change {n}</translation>
    </message>
    <message>
        <source>签章时</source>
        <translation>As signed</translation>
    </message>
    <message>
        <source>没有这一页</source>
        <translation>There was no such page</translation>
    </message>
    <message>
        <source>现在</source>
        <translation>Now</translation>
    </message>
    <message>
        <source>没有了</source>
        <translation>Gone</translation>
    </message>
    <message>
        <source>签章之后，末尾多出 {n} 字节</source>
        <translation>{n} bytes were appended after the signature</translation>
    </message>
    <message>
        <source>没有签名</source>
        <translation>Nobody signed</translation>
    </message>
    <message>
        <source>谁改的、什么时候改的，都没有凭据</source>
        <translation>Nothing proves who changed it, or when</translation>
    </message>
    <message>
        <source>改动</source>
        <translation>Change</translation>
    </message>
    <message>
        <source>有改动</source>
        <translation>Changed</translation>
    </message>
    <message>
        <source>盖住了整个文件，一个字节没变</source>
        <translation>Covers the whole file, to the last byte</translation>
    </message>
    <message>
        <source>不知道办理路线</source>
        <translation>Route not known</translation>
    </message>
    <message>
        <source>{item}：只看了签章的先后</source>
        <translation>{item}: only the order of signatures was looked at</translation>
    </message>
    <message>
        <source>路线</source>
        <translation>Route</translation>
    </message>
    <message>
        <source>没对照</source>
        <translation>not held against</translation>
    </message>
    <message>
        <source>照路线签的</source>
        <translation>route kept</translation>
    </message>
    <message>
        <source>没照路线</source>
        <translation>route not kept</translation>
    </message>
    <message>
        <source>还在路上</source>
        <translation>on its way</translation>
    </message>
</context>
<context>
    <name>VerifyPage</name>
    <message>
        <source>核验过的文件</source>
        <translation>Checked files</translation>
    </message>
    <message>
        <source>结论</source>
        <translation>Verdict</translation>
    </message>
    <message>
        <source>文件</source>
        <translation>File</translation>
    </message>
    <message>
        <source>签章</source>
        <translation>Signatures</translation>
    </message>
    <message>
        <source>一句话</source>
        <translation>In a sentence</translation>
    </message>
    <message>
        <source>最后签章</source>
        <translation>Last signature</translation>
    </message>
    <message>
        <source>选文件</source>
        <translation>Choose files</translation>
    </message>
    <message>
        <source>选文件夹</source>
        <translation>Choose folder</translation>
    </message>
    <message>
        <source>文件或文件夹拖到这里，也可以</source>
        <translation>Files and folders can be dropped here</translation>
    </message>
    <message>
        <source>怎么核</source>
        <translation>How to check</translation>
    </message>
    <message>
        <source>有一个签章就核</source>
        <translation>Any signature will do</translation>
    </message>
    <message>
        <source>村、镇、县都要签</source>
        <translation>All levels signed</translation>
    </message>
    <message>
        <source>把要核的文件拖进来</source>
        <translation>Drop the files to be checked here</translation>
    </message>
    <message>
        <source>PDF、归档包和文件夹都行。全在本机核，不用网络。</source>
        <translation>PDF, archive packages and folders. All is checked on this PC, without a network.</translation>
    </message>
    <message>
        <source>打开</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>拿开</source>
        <translation>Remove</translation>
    </message>
    <message>
        <source>打开选中的一份</source>
        <translation>Open the chosen file</translation>
    </message>
    <message>
        <source>导出</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>从表里拿开，文件不动</source>
        <translation>Take it off the list; the file stays</translation>
    </message>
    <message>
        <source>回到所有文件；停下核验</source>
        <translation>Back to all files; stop checking</translation>
    </message>
    <message>
        <source>选要核的文件</source>
        <translation>Choose the files to check</translation>
    </message>
    <message>
        <source>能核的文件 ({endings})</source>
        <translation>Files that can be checked ({endings})</translation>
    </message>
    <message>
        <source>选要核的文件夹</source>
        <translation>Choose the folder to check</translation>
    </message>
    <message>
        <source>里面没有能核的文件。</source>
        <translation>There is no file in it that can be checked.</translation>
    </message>
    <message>
        <source>这里能核的是：{endings}</source>
        <translation>What can be checked here: {endings}</translation>
    </message>
    <message>
        <source>正在核验</source>
        <translation>Checking</translation>
    </message>
    <message>
        <source>已核 {done} / {total}</source>
        <translation>Checked {done} / {total}</translation>
    </message>
    <message>
        <source>{total} 份核完：{sound} 份完好</source>
        <translation>All {total} checked: {sound} intact</translation>
    </message>
    <message>
        <source>还没有文件</source>
        <translation>No files yet</translation>
    </message>
    <message>
        <source>{total} 份文件，{wrong} 份要看</source>
        <translation>Files: {total}, to look at: {wrong}</translation>
    </message>
    <message>
        <source>{total} 份文件，都完好</source>
        <translation>Files: {total}, all intact</translation>
    </message>
    <message>
        <source>全部 {n}</source>
        <translation>All {n}</translation>
    </message>
    <message>
        <source>选中 {n} 份</source>
        <translation>Ticked: {n}</translation>
    </message>
    <message>
        <source>拿开了 {n} 份，文件没动</source>
        <translation>Taken off the list: {n}; the files stay</translation>
    </message>
    <message>
        <source>导出核验结果</source>
        <translation>Export the verdicts</translation>
    </message>
    <message>
        <source>核验结果</source>
        <translation>verdicts</translation>
    </message>
    <message>
        <source>已导出到 {file}</source>
        <translation>Exported to {file}</translation>
    </message>
    <message>
        <source>知道了</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>全部</source>
        <translation>All</translation>
    </message>
    <message>
        <source>导出报告</source>
        <translation>Report</translation>
    </message>
    <message>
        <source>停下了：{total} 份核过，{left} 份没核</source>
        <translation>Stopped: {total} checked, {left} not</translation>
    </message>
    <message>
        <source>导出 {n} 份的报告</source>
        <translation>Report on {n}</translation>
    </message>
    <message>
        <source>取回签章时的原件</source>
        <translation>Get the original as signed</translation>
    </message>
    <message>
        <source>原件存到了 {file}</source>
        <translation>The original was saved as {file}</translation>
    </message>
    <message>
        <source>正在写 {file}</source>
        <translation>Writing {file}</translation>
    </message>
    <message>
        <source>{name}-签章时</source>
        <translation>{name}-as-signed</translation>
    </message>
    <message>
        <source>怎么排</source>
        <translation>Sort by</translation>
    </message>
    <message>
        <source>问题在前</source>
        <translation>Problems first</translation>
    </message>
    <message>
        <source>新签的在前</source>
        <translation>Newest first</translation>
    </message>
    <message>
        <source>早签的在前</source>
        <translation>Oldest first</translation>
    </message>
    <message>
        <source>按文件名</source>
        <translation>By name</translation>
    </message>
    <message>
        <source>按文件夹</source>
        <translation>By folder</translation>
    </message>
</context>
<context>
    <name>VillagerScreen</name>
    <message>
        <source>给申请人看的屏</source>
        <translation>The applicant&apos;s screen</translation>
    </message>
    <message>
        <source>叫{agent}</source>
        <translation>Call {agent}</translation>
    </message>
    <message>
        <source>请稍等，{agent}正在准备。</source>
        <translation>One moment please, {agent} is getting it ready.</translation>
    </message>
    <message>
        <source>要您签的表</source>
        <translation>The form to be signed</translation>
    </message>
    <message>
        <source>往上</source>
        <translation>Up</translation>
    </message>
    <message>
        <source>往下</source>
        <translation>Down</translation>
    </message>
    <message>
        <source>看完了，签名</source>
        <translation>I have read it, sign</translation>
    </message>
    <message>
        <source>对的话，在这里写名字</source>
        <translation>If it is right, write your name here</translation>
    </message>
    <message>
        <source>签名的地方</source>
        <translation>Where to sign</translation>
    </message>
    <message>
        <source>再看一遍</source>
        <translation>Read again</translation>
    </message>
    <message>
        <source>重写</source>
        <translation>Write again</translation>
    </message>
    <message>
        <source>写好了</source>
        <translation>Done</translation>
    </message>
    <message>
        <source>签好了，谢谢您。</source>
        <translation>Signed, thank you.</translation>
    </message>
    <message>
        <source>{name}，请您看看，就签这张</source>
        <translation>{name}, this is what you sign</translation>
    </message>
    <message>
        <source>第 {n} 页，共 {m} 页</source>
        <translation>Page {n} of {m}</translation>
    </message>
</context>
<context>
    <name>WorkPage</name>
    <message>
        <source>正在上传 {number}</source>
        <translation>Uploading {number}</translation>
    </message>
    <message>
        <source>{number} 已送到镇里</source>
        <translation>{number} has reached the township</translation>
    </message>
    <message>
        <source>{number} {what}</source>
        <translation>{number} {what}</translation>
    </message>
    <message>
        <source>草稿会自己存好</source>
        <translation>Drafts are saved by themselves</translation>
    </message>
    <message>
        <source>读到了 {name} 的身份证，选好事项就自动填上</source>
        <translation>{name}&apos;s ID card was read; choose a service item and it is filled in</translation>
    </message>
    <message>
        <source>办事指南-{code}</source>
        <translation>service-guide-{code}</translation>
    </message>
    <message>
        <source>一次性告知单-{number}</source>
        <translation>one-time-notice-{number}</translation>
    </message>
    <message>
        <source>受理通知书-{number}</source>
        <translation>acceptance-notice-{number}</translation>
    </message>
    <message>
        <source>已存到 {path}，正在打开打印</source>
        <translation>Saved as {path}, opening it for print</translation>
    </message>
    <message>
        <source>进纸扫描</source>
        <translation>Feed and scan</translation>
    </message>
    <message>
        <source>读身份证</source>
        <translation>Read ID card</translation>
    </message>
    <message>
        <source>代办员签章</source>
        <translation>Sign as agent</translation>
    </message>
    <message>
        <source>签章并送出</source>
        <translation>Sign and send</translation>
    </message>
    <message>
        <source>下一步</source>
        <translation>Next step</translation>
    </message>
    <message>
        <source>委托书-{number}</source>
        <translation>authorisation-{number}</translation>
    </message>
    <message>
        <source>打一张委托书</source>
        <translation>Print an authorisation</translation>
    </message>
    <message>
        <source>给申请人看的大字屏</source>
        <translation>the applicant&apos;s screen in large type</translation>
    </message>
    <message>
        <source>拍照：身份证、人像、材料（空格也行）</source>
        <translation>take the picture: ID card, portrait, paper (the space bar too)</translation>
    </message>
    <message>
        <source>{item}开好了，{name}的资料带过来了；刚才那件在首页接着办</source>
        <translation>{item} is open with the data of {name}; the case before waits at home</translation>
    </message>
</context>
<context>
    <name>_Line</name>
    <message>
        <source>，</source>
        <translation>, </translation>
    </message>
</context>
<context>
    <name>admin</name>
    <message>
        <source>好</source>
        <translation>good</translation>
    </message>
    <message>
        <source>还有 {n} 天</source>
        <translation>{n} days left</translation>
    </message>
    <message>
        <source>过期了</source>
        <translation>run out</translation>
    </message>
    <message>
        <source>作废了</source>
        <translation>revoked</translation>
    </message>
    <message>
        <source>今天</source>
        <translation>today</translation>
    </message>
    <message>
        <source>昨天</source>
        <translation>yesterday</translation>
    </message>
    <message>
        <source>{n} 天前</source>
        <translation>{n} days ago</translation>
    </message>
    <message>
        <source>受理、初审，签章上报</source>
        <translation>Accept, check, sign and submit</translation>
    </message>
    <message>
        <source>补正后再报</source>
        <translation>Submit again after correction</translation>
    </message>
    <message>
        <source>通过，签章办结</source>
        <translation>Approve and sign</translation>
    </message>
    <message>
        <source>审核后转县里</source>
        <translation>Review and pass on to the county</translation>
    </message>
    <message>
        <source>退回补正</source>
        <translation>Return for correction</translation>
    </message>
    <message>
        <source>不予受理</source>
        <translation>Refuse</translation>
    </message>
    <message>
        <source>撤回</source>
        <translation>Withdraw</translation>
    </message>
    <message>
        <source>送达结果</source>
        <translation>Hand the result over</translation>
    </message>
    <message>
        <source>归档</source>
        <translation>Archive</translation>
    </message>
    <message>
        <source>看全辖区的办件、监察和统计</source>
        <translation>See all cases and figures of the area</translation>
    </message>
    <message>
        <source>核验签章</source>
        <translation>Check signatures</translation>
    </message>
    <message>
        <source>批证书、作废证书</source>
        <translation>Issue and revoke certificates</translation>
    </message>
    <message>
        <source>发布事项（县级）</source>
        <translation>Publish items (county)</translation>
    </message>
    <message>
        <source>看本单位的办件</source>
        <translation>See the unit&apos;s cases</translation>
    </message>
    <message>
        <source>UKey 丢了，或口令被人知道了</source>
        <translation>The UKey is lost, or its PIN is known</translation>
    </message>
    <message>
        <source>调到别的单位或岗位</source>
        <translation>Moved to another unit or role</translation>
    </message>
    <message>
        <source>不再做这个工作</source>
        <translation>Does not do this work any more</translation>
    </message>
    <message>
        <source>已经换了新证书</source>
        <translation>Replaced by a new one</translation>
    </message>
    <message>
        <source>别的原因</source>
        <translation>Another reason</translation>
    </message>
    <message>
        <source>有 {n} 处要改</source>
        <translation>{n} to mend</translation>
    </message>
    <message>
        <source>示例，待确认</source>
        <translation>example</translation>
    </message>
    <message>
        <source>在用</source>
        <translation>in use</translation>
    </message>
    <message>
        <source>村</source>
        <translation>village</translation>
    </message>
    <message>
        <source>镇</source>
        <translation>township</translation>
    </message>
    <message>
        <source>县</source>
        <translation>county</translation>
    </message>
    <message>
        <source>单位印章</source>
        <translation>Unit&apos;s seal</translation>
    </message>
</context>
<context>
    <name>audit</name>
    <message>
        <source>文件</source>
        <translation>Files</translation>
    </message>
    <message>
        <source>结论</source>
        <translation>Verdict</translation>
    </message>
    <message>
        <source>一句话</source>
        <translation>In a sentence</translation>
    </message>
    <message>
        <source>最后签章</source>
        <translation>Last signature</translation>
    </message>
    <message>
        <source>链上的问题</source>
        <translation>Problems of the chain</translation>
    </message>
    <message>
        <source>文件夹</source>
        <translation>Folder</translation>
    </message>
    <message>
        <source>签章</source>
        <translation>Signatures</translation>
    </message>
    <message>
        <source>级别</source>
        <translation>Level</translation>
    </message>
    <message>
        <source>签章人</source>
        <translation>Signer</translation>
    </message>
    <message>
        <source>单位</source>
        <translation>Unit</translation>
    </message>
    <message>
        <source>职务</source>
        <translation>Role</translation>
    </message>
    <message>
        <source>时间</source>
        <translation>Time</translation>
    </message>
    <message>
        <source>可信时间</source>
        <translation>Trusted time</translation>
    </message>
    <message>
        <source>格式</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>算法</source>
        <translation>Algorithm</translation>
    </message>
    <message>
        <source>问题</source>
        <translation>Problems</translation>
    </message>
    <message>
        <source>是</source>
        <translation>Yes</translation>
    </message>
    <message>
        <source>否</source>
        <translation>No</translation>
    </message>
    <message>
        <source>{time} 核验</source>
        <translation>Checked {time}</translation>
    </message>
    <message>
        <source>有改动</source>
        <translation>Changed</translation>
    </message>
    <message>
        <source>不可信</source>
        <translation>Not trusted</translation>
    </message>
    <message>
        <source>说不准</source>
        <translation>Undecided</translation>
    </message>
    <message>
        <source>没签章</source>
        <translation>Unsigned</translation>
    </message>
    <message>
        <source>打不开</source>
        <translation>Unreadable</translation>
    </message>
    <message>
        <source>完好</source>
        <translation>Intact</translation>
    </message>
    <message>
        <source>村</source>
        <translation>Vill.</translation>
    </message>
    <message>
        <source>镇</source>
        <translation>Twp.</translation>
    </message>
    <message>
        <source>县</source>
        <translation>Cty.</translation>
    </message>
    <message>
        <source>{who}签章之后，{what}</source>
        <translation>After {who} signed: {what}</translation>
    </message>
    <message>
        <source>{reason}（不知道办理路线）</source>
        <translation>{reason} (route not known)</translation>
    </message>
</context>
<context>
    <name>desk</name>
    <message>
        <source>网络</source>
        <translation>Network</translation>
    </message>
    <message>
        <source>已连上中心</source>
        <translation>Connected to the hub</translation>
    </message>
    <message>
        <source>连不上中心，可以接着办，通了自动送。</source>
        <translation>The hub cannot be reached. You can work on; things are sent once it is back.</translation>
    </message>
    <message>
        <source>待传 {n}</source>
        <translation>Outbox {n}</translation>
    </message>
    <message>
        <source>培训密钥</source>
        <translation>Training key</translation>
    </message>
    <message>
        <source>证书到 {day}</source>
        <translation>Certificate until {day}</translation>
    </message>
    <message>
        <source>培训设备，已就绪。</source>
        <translation>Training device, ready.</translation>
    </message>
    <message>
        <source>手签板</source>
        <translation>Signature pad</translation>
    </message>
    <message>
        <source>办件</source>
        <translation>Cases</translation>
    </message>
    <message>
        <source>验证</source>
        <translation>Verify</translation>
    </message>
    <message>
        <source>监察</source>
        <translation>Monitor</translation>
    </message>
    <message>
        <source>设置</source>
        <translation>Settings</translation>
    </message>
    <message>
        <source>办事</source>
        <translation>Serve</translation>
    </message>
    <message>
        <source>待传</source>
        <translation>Outbox</translation>
    </message>
    <message>
        <source>待办</source>
        <translation>To do</translation>
    </message>
    <message>
        <source>代办员</source>
        <translation>Agent</translation>
    </message>
    <message>
        <source>审核员</source>
        <translation>Reviewer</translation>
    </message>
    <message>
        <source>审批员</source>
        <translation>Approver</translation>
    </message>
    <message>
        <source>监察员</source>
        <translation>Supervisor</translation>
    </message>
    <message>
        <source>审计员</source>
        <translation>Auditor</translation>
    </message>
    <message>
        <source>管理员</source>
        <translation>Administrator</translation>
    </message>
    <message>
        <source>证书到 {day}，练习口令 {pin}</source>
        <translation>Valid until {day}; practice PIN {pin}</translation>
    </message>
    <message>
        <source>口令输错过，请仔细</source>
        <translation>The PIN was wrong before; take care</translation>
    </message>
    <message>
        <source>只剩最后一次，再错就锁住</source>
        <translation>One try is left, then it locks</translation>
    </message>
    <message>
        <source>锁住了，请到县里找管理员解锁</source>
        <translation>Locked; ask the county administrator</translation>
    </message>
    <message>
        <source>点登录，再在读卡器上输口令</source>
        <translation>Press sign in, then type the PIN on the reader</translation>
    </message>
    <message>
        <source>练习用的 UKey</source>
        <translation>Practice UKey</translation>
    </message>
    <message>
        <source>没有手写笔也可以用鼠标或手指签。</source>
        <translation>Without a pen, sign with the mouse or a finger.</translation>
    </message>
    <message>
        <source>没有找到{kind}。请插好，或者在设置里选一台。</source>
        <translation>No {kind} was found. Plug one in, or choose one in the settings.</translation>
    </message>
    <message>
        <source>{name}，已就绪。</source>
        <translation>{name} is ready.</translation>
    </message>
    <message>
        <source>有 {n} 件通过了还没签，都放回待办了。</source>
        <translation>{n} approved and not signed: they are back in the queue.</translation>
    </message>
    <message>
        <source>人员</source>
        <translation>People</translation>
    </message>
    <message>
        <source>事项</source>
        <translation>Items</translation>
    </message>
</context>
<context>
    <name>dialogs</name>
    <message>
        <source>口令锁住了，要去县里解锁。</source>
        <translation>The PIN is locked; the county must unlock it.</translation>
    </message>
    <message>
        <source>还可试 {left} 次。试完会锁住，要去县里解锁。</source>
        <translation>Tries left: {left}. Then the county must unlock it.</translation>
    </message>
</context>
<context>
    <name>key_question</name>
    <message>
        <source>UKey 拔出来过。请插好它，再输一次口令，从没签的接着签。</source>
        <translation>The UKey was pulled out. Plug it in and type its PIN once more; signing goes on with what is not signed yet.</translation>
    </message>
    <message>
        <source>没有看到登录时用的 UKey。请插好它再输口令，机会没有用掉。</source>
        <translation>The UKey you signed in with is not seen. Plug it in and type the PIN again; no try was used up.</translation>
    </message>
</context>
<context>
    <name>key_watch</name>
    <message>
        <source>密钥锁住了：口令输错次数太多。请带到县里找管理员解锁。</source>
        <translation>The key is locked after too many wrong PINs. Take it to the county administrator.</translation>
    </message>
    <message>
        <source>密钥已插好。</source>
        <translation>The key is plugged in.</translation>
    </message>
    <message>
        <source>密钥拔掉了，现在签不了名；已经签好的都在。请插回来，签名时再输一次口令。</source>
        <translation>The key was pulled out, so nothing can be signed now; what is signed stays. Plug it in again; the PIN is asked once more when you sign.</translation>
    </message>
    <message>
        <source>密钥插回来了。下次签名时会请您再输一次口令。</source>
        <translation>The key is back. Its PIN will be asked once more when you next sign.</translation>
    </message>
</context>
<context>
    <name>lack</name>
    <message>
        <source>申请人姓名</source>
        <translation>Applicant&apos;s name</translation>
    </message>
    <message>
        <source>身份证号</source>
        <translation>ID number</translation>
    </message>
    <message>
        <source>身份证</source>
        <translation>ID card</translation>
    </message>
    <message>
        <source>性别</source>
        <translation>Sex</translation>
    </message>
    <message>
        <source>出生日期</source>
        <translation>Date of birth</translation>
    </message>
    <message>
        <source>民族</source>
        <translation>Ethnic group</translation>
    </message>
    <message>
        <source>户籍地址</source>
        <translation>Registered address</translation>
    </message>
    <message>
        <source>签发机关</source>
        <translation>Issued by</translation>
    </message>
    <message>
        <source>本人签字</source>
        <translation>The applicant&apos;s signature</translation>
    </message>
    <message>
        <source>代办人签字</source>
        <translation>The delegate&apos;s signature</translation>
    </message>
    <message>
        <source>代办人姓名</source>
        <translation>Delegate&apos;s name</translation>
    </message>
    <message>
        <source>代办人身份证号</source>
        <translation>Delegate&apos;s ID number</translation>
    </message>
    <message>
        <source>代办人身份证</source>
        <translation>Delegate&apos;s ID card</translation>
    </message>
    <message>
        <source>和申请人的关系</source>
        <translation>Relation to the applicant</translation>
    </message>
    <message>
        <source>委托书</source>
        <translation>Authorisation</translation>
    </message>
    <message>
        <source>纸质申请表</source>
        <translation>The paper form</translation>
    </message>
    <message>
        <source>申请人身份证</source>
        <translation>Applicant&apos;s ID card</translation>
    </message>
</context>
<context>
    <name>messages</name>
    <message>
        <source>程序出了没料到的错，这一步没有做成。</source>
        <translation>The program met an error it did not expect; this step was not done.</translation>
    </message>
    <message>
        <source>已经保存的都还在。请再试一次；还不行就把问题报告发给维护的人。</source>
        <translation>Everything saved is still there. Please try again; if that does not help, send the problem report to support.</translation>
    </message>
</context>
<context>
    <name>review</name>
    <message>
        <source>照片看不清</source>
        <translation>Picture unclear</translation>
    </message>
    <message>
        <source>缺页</source>
        <translation>Page missing</translation>
    </message>
    <message>
        <source>对不上</source>
        <translation>Data do not agree</translation>
    </message>
    <message>
        <source>没签字</source>
        <translation>Signature missing</translation>
    </message>
    <message>
        <source>过期了</source>
        <translation>Expired</translation>
    </message>
    <message>
        <source>数字不对</source>
        <translation>Figure wrong</translation>
    </message>
    <message>
        <source>不符合办理条件</source>
        <translation>Conditions not met</translation>
    </message>
    <message>
        <source>不归本单位办理</source>
        <translation>Not for this office</translation>
    </message>
    <message>
        <source>已经办过，不用再办</source>
        <translation>Done already</translation>
    </message>
    <message>
        <source>材料不真实</source>
        <translation>Papers not genuine</translation>
    </message>
    <message>
        <source>整件</source>
        <translation>The whole case</translation>
    </message>
    <message>
        <source>乡镇审核中</source>
        <translation>In review</translation>
    </message>
    <message>
        <source>县级审批中</source>
        <translation>In approval</translation>
    </message>
    <message>
        <source>待补正</source>
        <translation>To correct</translation>
    </message>
    <message>
        <source>已办结</source>
        <translation>Closed</translation>
    </message>
    <message>
        <source>不予受理</source>
        <translation>Refused</translation>
    </message>
    <message>
        <source>已撤回</source>
        <translation>Withdrawn</translation>
    </message>
    <message>
        <source>已送达</source>
        <translation>Delivered</translation>
    </message>
    <message>
        <source>已归档</source>
        <translation>Archived</translation>
    </message>
    <message>
        <source>受理，送镇里</source>
        <translation>Accepted, sent to township</translation>
    </message>
    <message>
        <source>补正后再送</source>
        <translation>Corrected, sent again</translation>
    </message>
    <message>
        <source>通过，办结</source>
        <translation>Approved, closed</translation>
    </message>
    <message>
        <source>转县里</source>
        <translation>Passed on to county</translation>
    </message>
    <message>
        <source>退回补正</source>
        <translation>Returned for correction</translation>
    </message>
    <message>
        <source>撤回</source>
        <translation>Withdrawn</translation>
    </message>
    <message>
        <source>结果送达</source>
        <translation>Result delivered</translation>
    </message>
    <message>
        <source>归档</source>
        <translation>Archived</translation>
    </message>
    <message>
        <source>红牌 超 {span}</source>
        <translation>Red card +{span}</translation>
    </message>
    <message>
        <source>黄牌 余 {span}</source>
        <translation>Yellow card {span}</translation>
    </message>
    <message>
        <source>余 {span}</source>
        <translation>{span} left</translation>
    </message>
    <message>
        <source>{count} 天</source>
        <translation>{count} d</translation>
    </message>
    <message>
        <source>{count} 小时</source>
        <translation>{count} h</translation>
    </message>
    <message>
        <source>签好 {n} 件</source>
        <translation>{n} signed</translation>
    </message>
    <message>
        <source>{n} 件没签成</source>
        <translation>{n} not signed</translation>
    </message>
    <message>
        <source>{n} 件还没签</source>
        <translation>{n} left</translation>
    </message>
    <message>
        <source>，</source>
        <translation>, </translation>
    </message>
    <message>
        <source>关掉台灯，重拍这一页</source>
        <translation>Turn off the lamp, take this page again</translation>
    </message>
    <message>
        <source>把缺的那一页补拍上</source>
        <translation>Photograph the missing page</translation>
    </message>
    <message>
        <source>照证件改表单，或者换对的材料</source>
        <translation>Correct the form by the ID, or bring the right paper</translation>
    </message>
    <message>
        <source>本人签字；来不了可以上门签</source>
        <translation>The applicant signs; at home if need be</translation>
    </message>
    <message>
        <source>换有效期内的材料</source>
        <translation>Bring one that is still valid</translation>
    </message>
    <message>
        <source>和材料核对以后改过来</source>
        <translation>Compare with the papers and correct</translation>
    </message>
    <message>
        <source>第 {n} 页</source>
        <translation>page {n}</translation>
    </message>
    <message>
        <source>另外写的</source>
        <translation>written out</translation>
    </message>
    <message>
        <source>签章页</source>
        <translation>Signatures</translation>
    </message>
    <message>
        <source>附页</source>
        <translation>Annex</translation>
    </message>
    <message>
        <source>表单“{field}”</source>
        <translation>form “{field}”</translation>
    </message>
    <message>
        <source>存归档包</source>
        <translation>Save archive package</translation>
    </message>
    <message>
        <source>{number}-归档.zip</source>
        <translation>{number}-archive.zip</translation>
    </message>
    <message>
        <source>案卷</source>
        <translation>Dossier</translation>
    </message>
    <message>
        <source>结果文书</source>
        <translation>Result</translation>
    </message>
    <message>
        <source>原因和说明</source>
        <translation>Reasons and notes</translation>
    </message>
    <message>
        <source>正在做归档包</source>
        <translation>Making the archive package</translation>
    </message>
    <message>
        <source>归档包已存到 {name}，脱网也能核</source>
        <translation>The archive package is saved as {name}; it can be checked without a network</translation>
    </message>
    <message>
        <source>记下了：{words}</source>
        <translation>Recorded: {words}</translation>
    </message>
    <message>
        <source>到站领取</source>
        <translation>collected at the station</translation>
    </message>
    <message>
        <source>代办员送到家</source>
        <translation>brought home by the agent</translation>
    </message>
    <message>
        <source>邮寄</source>
        <translation>posted</translation>
    </message>
</context>
<context>
    <name>wording</name>
    <message>
        <source>周一</source>
        <translation>Mon</translation>
    </message>
    <message>
        <source>周二</source>
        <translation>Tue</translation>
    </message>
    <message>
        <source>周三</source>
        <translation>Wed</translation>
    </message>
    <message>
        <source>周四</source>
        <translation>Thu</translation>
    </message>
    <message>
        <source>周五</source>
        <translation>Fri</translation>
    </message>
    <message>
        <source>周六</source>
        <translation>Sat</translation>
    </message>
    <message>
        <source>周日</source>
        <translation>Sun</translation>
    </message>
    <message>
        <source>1 月</source>
        <translation>Jan</translation>
    </message>
    <message>
        <source>2 月</source>
        <translation>Feb</translation>
    </message>
    <message>
        <source>3 月</source>
        <translation>Mar</translation>
    </message>
    <message>
        <source>4 月</source>
        <translation>Apr</translation>
    </message>
    <message>
        <source>5 月</source>
        <translation>May</translation>
    </message>
    <message>
        <source>6 月</source>
        <translation>June</translation>
    </message>
    <message>
        <source>7 月</source>
        <translation>July</translation>
    </message>
    <message>
        <source>8 月</source>
        <translation>Aug</translation>
    </message>
    <message>
        <source>9 月</source>
        <translation>Sept</translation>
    </message>
    <message>
        <source>10 月</source>
        <translation>Oct</translation>
    </message>
    <message>
        <source>11 月</source>
        <translation>Nov</translation>
    </message>
    <message>
        <source>12 月</source>
        <translation>Dec</translation>
    </message>
    <message>
        <source>{year} 年 {month} {day} 日</source>
        <translation>{day} {month} {year}</translation>
    </message>
    <message>
        <source>{month} {day} 日</source>
        <translation>{day} {month}</translation>
    </message>
    <message>
        <source>{count} 秒</source>
        <translation>{count} s</translation>
    </message>
    <message>
        <source>{count} 分钟</source>
        <translation>{count} min</translation>
    </message>
    <message>
        <source>{count} 小时</source>
        <translation>{count} h</translation>
    </message>
    <message>
        <source>{count} 天</source>
        <translation>{count} days</translation>
    </message>
    <message>
        <source>还要约 {span}</source>
        <translation>about {span} left</translation>
    </message>
    <message>
        <source>{count} 字节</source>
        <translation>{count} bytes</translation>
    </message>
    <message>
        <source>早上好</source>
        <translation>Good morning</translation>
    </message>
    <message>
        <source>下午好</source>
        <translation>Good afternoon</translation>
    </message>
    <message>
        <source>晚上好</source>
        <translation>Good evening</translation>
    </message>
    <message>
        <source>{day} {weekday}</source>
        <translation>{weekday} {day}</translation>
    </message>
</context>
</TS>

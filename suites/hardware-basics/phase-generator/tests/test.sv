`timescale 1 ps/1 ps

// Several rounds, then resets in every phase, short and long.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_phase;
        int errortime_phase;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic reset;
    logic [9:0] phase_ref;
    logic [9:0] phase_dut;

    RefModule good1 (
        .clk(clk),
        .reset(reset),
        .phase(phase_ref)
    );

    TopModule top_module1 (
        .clk(clk),
        .reset(reset),
        .phase(phase_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 12983;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    task restart(input int cycles);
        reset = 1;
        repeat (cycles) @(negedge clk);
        reset = 0;
    endtask
    initial begin
        restart(1);
        repeat (45) @(negedge clk);
        for (int i = 0; i < 25; i++) begin
            restart(1 + i % 3);
            repeat (i) @(negedge clk);
        end
        repeat (1000) @(negedge clk) reset = pick(17) == 0;
        $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = phase_ref === (phase_ref ^ phase_dut ^ phase_ref);

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (phase_ref !== (phase_ref ^ phase_dut ^ phase_ref)) begin
            if (stats1.errors_phase == 0) stats1.errortime_phase = $time;
            stats1.errors_phase++;
        end
    end

    final begin
        if (stats1.errors_phase) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "phase", stats1.errors_phase, stats1.errortime_phase);
        else $display("Hint: Output '%s' has no mismatches.", "phase");
        $display("Hint: Total mismatched samples is %1d out of %1d samples\n", stats1.errors, stats1.clocks);
        $display("Simulation finished at %0d ps", $time);
        $display("Mismatches: %1d in %1d samples", stats1.errors, stats1.clocks);
    end

    initial begin
        #1000000
        $display("TIMEOUT");
        $finish();
    end

endmodule
